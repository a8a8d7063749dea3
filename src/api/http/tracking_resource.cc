// Tracking as the SDKs send it: what people did, who they say they are, and what may be known of them by that.
// Order of the writes of one request: attributes, identities, events. A retry after a crash between them does the first two again,
// which changes nothing, and the message ids of the events say which were there.
#include "api/http/event_batches.h"
#include "api/http/json_value.h"
#include "api/http/routes.h"
#include "api/http/tracking_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace wanamaker::handlers {
namespace {

// Attributes that write keys may set, from the traits of identify messages. Rows of one set of columns share a batch while the order stays.
class TraitBatches {
 public:
  explicit TraitBatches(const Base& base) : base_(base) {}

  void add(const TrackingMessage& message) {
    std::vector<BatchColumn> columns;
    BatchRow row{.id = message.contact_id(), .values = {}};
    for (const TrackedProperty& trait : message.traits) {
      if (!base_.catalog.tracked.contains(trait.name)) continue;
      const auto id = base_.schema.contact.find(trait.name);
      const ValueType type = base_.schema.contact.at(*id).type;
      auto value = value_from_json(*trait.value, type);
      if (!value) {
        ++dropped_;
        continue;
      }
      columns.push_back({.name = trait.name, .type = type});
      row.values.push_back(*std::move(value));
    }
    if (columns.empty()) return;
    if (batches_.empty() || !std::ranges::equal(batches_.back().columns, columns, {}, &BatchColumn::name, &BatchColumn::name)) {
      batches_.push_back({.kind = BatchKind::contacts, .columns = std::move(columns), .rows = {}});
    }
    batches_.back().rows.push_back(std::move(row));
  }
  Result<void> submit(Workspace& workspace) {
    for (ImportBatch& batch : batches_) {
      const auto done = workspace.submit(std::move(batch));
      // A type that was changed in between: the attribute stays as it is, the events are not held up.
      if (!done && done.error().code != ErrorCode::conflict) return fail(done.error());
    }
    return {};
  }
  std::uint64_t dropped() const { return dropped_; }

 private:
  const Base& base_;
  std::vector<ImportBatch> batches_;
  std::uint64_t dropped_ = 0;
};

// Who is who. An anonymous contact becomes a known one once; two known ones are never joined here. Whether there is anything to join is told for
// sure only when all is applied that waits: so what may be is noted, and looked at again then.
class Joins {
 public:
  Joins(Call& call, const Base& base) : call_(call), base_(base) {}

  // Why the item is not taken, if it is not.
  std::optional<std::string> fault_of(const TrackingMessage& message) const {
    if (message.kind != TrackingKind::alias) return std::nullopt;
    const auto previous = base_.find_contact(message.previous_id);
    const auto user = base_.find_contact(message.user_id);
    if (previous && previous == user) return std::nullopt;  // they are one already
    if (previous && !is_anonymous(*previous)) return "'previousId' is a contact that is known by name; joining two of those needs an admin key";
    const auto known = base_.find_contact(anonymous_id_of(message.previous_id));
    if (known && !is_anonymous(*known) && known != user) return "'previousId' belongs to another contact already";
    return std::nullopt;
  }

  // Of a message that is taken.
  void add(const TrackingMessage& message) {
    if (auto wanted = join_wanted(message, base_)) wanted_.push_back(*std::move(wanted));
  }

  // Errors: failure. Held against other requests that join: between looking and joining nobody else does.
  Result<void> submit() {
    std::erase_if(wanted_, [&](const JoinWanted& wanted) { return !wanted.makes && !call_.workspace().base().find_contact(wanted.anonymous); });
    if (wanted_.empty()) return {};
    call_.release();
    MutexLock edit(call_.service().edits());
    for (const auto& [anonymous, user, makes] : wanted_) {
      Workspace& workspace = call_.workspace();
      const auto from = workspace.base().find_contact(anonymous);
      const auto into = workspace.base().find_contact(user);
      if (from ? !is_anonymous(*from) || from == into : !makes) continue;
      if (!from || !into) {
        ImportBatch both{.kind = BatchKind::contacts, .columns = {}, .rows = {}};
        for (const std::string& id : {anonymous, user}) both.rows.push_back({.id = id});
        const auto made = workspace.submit(std::move(both));
        if (!made) return fail(made.error());
        if (!made->rejects.empty()) continue;  // an id that no contact can have
      }
      const auto joined = workspace.submit(MergeContacts{.from_id = anonymous, .into_id = user});
      if (!joined && joined.error().code == ErrorCode::failure) return fail(joined.error());
    }
    return {};
  }

 private:
  bool is_anonymous(ContactOrdinal contact) const { return is_anonymous_in(base_, contact); }

  Call& call_;
  const Base& base_;
  std::vector<JoinWanted> wanted_;
};

// What the messages of one request come to, as the base is now: judging() or reading() is held. An item is rejected before anything is written because of it.
struct Intake {
  // `judging`: let go of now and then, where it is held.
  Intake(Call& call, Engine& engine, const TrackingItems& reading, Engine::Judging judging) : base(engine.unsettled()), traits(base), joins(call, base), events(base), rejected(reading.rejected) {
    std::uint64_t count = 0;
    for (const TrackingItem& item : reading.items) {
      take(item, engine);
      judge_on(judging, ++count, [&] { call.give_way(); });
    }
  }

  void take(const TrackingItem& item, Engine& engine) {
    const TrackingMessage& message = item.message;
    const std::string& id = message.message_id;
    if (!id.empty() && engine.is_forgotten(id)) {  // its contact is erased: a retry brings nobody back
      ++duplicates;
      return;
    }
    const bool is_known = !id.empty() && (!seen.insert(id).second || engine.is_message_known(id));
    dropped += message.dropped;
    auto fault = is_known ? std::nullopt : joins.fault_of(message);
    if (fault) return rejected.push_back({item.index, "identity", *std::move(fault)});
    if (auto refused = events.add({.index = item.index, .contact_id = message.contact_id(), .name = message.event, .message_id = id, .at = message.at, .properties = message.properties})) {
      return rejected.push_back(*std::move(refused));
    }
    if (is_known) return;
    joins.add(message);
    if (message.kind == TrackingKind::identify) traits.add(message);
  }

  const Base& base;
  TraitBatches traits;
  Joins joins;
  EventBatches events;
  std::vector<RejectedItem> rejected;
  std::set<std::string> seen = {};  // message ids of the request
  std::uint64_t dropped = 0;
  std::uint64_t duplicates = 0;
};

Result<HttpResponse> submitted(Call& call, Intake intake, bool is_single) {
  WM_CHECK_OK(intake.traits.submit(call.workspace()));
  WM_CHECK_OK(intake.joins.submit());
  WM_TRY(EventBatches::Outcome outcome, intake.events.submit(call.workspace()));
  Metrics& metrics = call.service().metrics();
  std::ranges::move(refused_of(outcome), std::back_inserter(intake.rejected));
  metrics.events_applied += outcome.applied;
  metrics.events_duplicate += outcome.duplicates + intake.duplicates;
  metrics.items_rejected += intake.rejected.size();
  metrics.properties_dropped += intake.dropped + intake.traits.dropped() + intake.events.dropped();
  if (is_single && !intake.rejected.empty()) return fail_at("#", intake.rejected.front().reason);
  return tracking_success(intake.rejected);
}

}  // namespace

Result<HttpResponse> track(Call& call) {
  WM_TRY(const ItemBody* body, call.item_body(kTrackingList));
  WM_TRY(const TrackingItems reading, read_tracking_items(call, *body));
  Engine& engine = call.service().store().engine();
  // An alias is refused by what other contacts are known, so all that waits must be applied.
  const bool has_alias = std::ranges::any_of(reading.items, [](const TrackingItem& item) { return item.message.kind == TrackingKind::alias; });
  const auto judged = [&] {
    return has_alias ? Intake(call, call.workspace().engine(), reading, {}) : Intake(call, engine, reading, engine.judging());
  };
  if (Intake intake = judged(); !intake.events.brings_names()) return submitted(call, std::move(intake), reading.is_single);
  call.release();
  MutexLock naming(call.service().naming());
  return submitted(call, judged(), reading.is_single);
}

// What the browser SDK asks for before it starts: where to send. Of a key that is none it is told nothing.
Result<HttpResponse> tracking_settings(Call& call) {
  const auto admission = call.service().admission();
  const auto id = id_of_key(admission->keys, call.part(0));
  if (!id || !may(role_of(admission->keys.at(*id).role), Permission::append)) return fail(ErrorCode::not_found, "there is no such write key");
  const Json sending = Json::object().set("apiKey", call.part(0)).set("apiHost", call.request().host + "/v1").set("protocol", call.service().is_behind_tls() ? "https" : "http")
                           .set("unbundledIntegrations", Json::array()).set("addBundledMetadata", true);
  HttpResponse response = answer_json(Json::object().set("integrations", Json::object().set("Segment.io", sending)).set("plan", Json::object().set("track", Json::object()))
                                          .set("edgeFunction", Json::object()).set("remotePlugins", Json::array()));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace wanamaker::handlers
