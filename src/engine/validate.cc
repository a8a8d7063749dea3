#include "engine/validate.h"

#include "base/json.h"
#include "base/text/fold.h"
#include "engine/apply/apply.h"
#include "engine/by_name.h"
#include "engine/kept_answers.h"
#include "evaluate/next_edge.h"
#include "language/checker.h"
#include "language/diagnostic.h"
#include "language/json_form.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace wanamaker {
namespace {

constexpr std::size_t kIdBytesMax = 1'024;
constexpr std::size_t kKeyBytesMax = 128;

Result<void> check_key(std::string_view key, std::string_view what) {
  if (key.empty()) return fail(ErrorCode::invalid, fmt::format("a {} needs a key", what));
  if (key.size() > kKeyBytesMax) return fail(ErrorCode::invalid, fmt::format("the key of a {} has at most {} bytes", what, kKeyBytesMax));
  const bool clean = is_valid_utf8(key) && std::ranges::none_of(key, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"'; });
  if (!clean) return fail(ErrorCode::invalid, fmt::format("the key of a {} holds no quotes, line breaks or control characters", what));
  return {};
}

bool is_good_id(std::string_view id) {
  bool is_clean = true;
  bool is_ascii = true;
  for (const char c : id) {
    is_clean &= static_cast<unsigned char>(c) >= 0x20;
    is_ascii &= static_cast<unsigned char>(c) < 0x80;
  }
  return !id.empty() && id.size() <= kIdBytesMax && is_clean && (is_ascii || is_valid_utf8(id));
}

// ---- import batches ----

class BatchValidator {
 public:
  BatchValidator(ImportBatch& batch, const Base& base, const ForgottenMessages* forgotten) : batch_(batch), base_(base), forgotten_(forgotten) {}

  Result<SubmitOutcome> run() {
    WM_CHECK_OK(check_columns());
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < batch_.rows.size(); ++i) {
      BatchRow& row = batch_.rows[i];
      index_ = i;
      if (!row_is_good(row) || is_duplicate(row)) continue;
      if (accepted != i) batch_.rows[accepted] = std::move(row);
      ++accepted;
    }
    batch_.rows.erase(batch_.rows.begin() + static_cast<std::ptrdiff_t>(accepted), batch_.rows.end());
    outcome_.applied = batch_.rows.size();
    return std::move(outcome_);
  }

 private:
  bool reject(std::string_view code, std::string reason) {
    outcome_.rejects.push_back({index_, std::string(code), std::move(reason)});
    return false;
  }

  TableName table() const {
    switch (batch_.kind) {
      case BatchKind::contacts: return {TableKind::contact};
      case BatchKind::accounts: return {TableKind::account};
      case BatchKind::contact_records:
      case BatchKind::account_records: return {TableKind::record, batch_.record_type};
      case BatchKind::events: return {TableKind::event};
    }
    return {};
  }

  Result<void> check_columns() {
    const bool records = batch_.kind == BatchKind::contact_records || batch_.kind == BatchKind::account_records;
    if (records) {
      WM_CHECK_OK(check_name({TableKind::record, batch_.record_type}, batch_.record_type));
      if (base_.schema.find_event(batch_.record_type)) return fail(ErrorCode::conflict, fmt::format("'{}' is an event: a record type needs another name", batch_.record_type));
    }
    for (const BatchColumn& column : batch_.columns) {
      WM_CHECK_OK(check_name(table(), column.name));
      if (batch_.kind == BatchKind::events) continue;
      const Attribute* known = find_attribute(base_.schema, table(), column.name);
      if (known != nullptr && known->type != column.type) {
        return fail(ErrorCode::conflict, fmt::format("'{}' is {}, not {}", column.name, name_of(known->type), name_of(column.type)), "change it first with: wanamaker schema set");
      }
    }
    return {};
  }

  bool row_is_good(const BatchRow& row) {
    if (!is_good_id(row.id)) return reject("id", "the id is empty, longer than 1,024 bytes, holds a line break or control character, or is not valid UTF-8");
    if (row.owner && !row.owner->empty() && !is_good_id(*row.owner)) return reject("id", "the id of the contact or account is longer than 1,024 bytes, holds a line break or control character, or is not valid UTF-8");
    const bool records = batch_.kind == BatchKind::contact_records || batch_.kind == BatchKind::account_records;
    if (records && (!row.owner || row.owner->empty())) return reject("id", "the record has no contact or account");
    if (batch_.kind != BatchKind::events) return true;
    if (!row.at) return reject("time", "the event has no time");
    EventRules& event = events_.of(row.event, [&](std::string_view name) { return judge_event(std::string(name)); });
    if (!event.fault.empty()) return reject("event", event.fault);
    return properties_fit(row, event);
  }

  // What is known of an event name.
  struct EventRules {
    std::string fault = {};                              // why no event may have that name
    std::vector<std::optional<ValueType>> types = {};    // of the batch's columns; of those that are new, the type in the first row that has one
  };
  EventRules judge_event(const std::string& name) const {
    EventRules rules;
    if (auto good = check_name({TableKind::event, name}, name); !good) rules.fault = good.error().message;
    else if (base_.schema.find_record(name)) rules.fault = fmt::format("'{}' is a record type: an event needs another name", name);
    rules.types.resize(batch_.columns.size());
    const auto event = base_.schema.find_event(name);
    if (!event) return rules;
    const AttributeTable& properties = base_.schema.events[event->value].properties;
    for (std::size_t i = 0; i < rules.types.size(); ++i)
      if (const auto id = properties.find(batch_.columns[i].name)) rules.types[i] = properties.at(*id).type;
    return rules;
  }

  bool properties_fit(const BatchRow& row, EventRules& event) {
    for (std::size_t i = 0; i < row.values.size() && i < event.types.size(); ++i) {
      if (is_missing(row.values[i])) continue;
      const ValueType type = type_of(row.values[i]);
      std::optional<ValueType>& known = event.types[i];
      if (!known) known = new_properties_.try_emplace({row.event, batch_.columns[i].name}, type).first->second;
      if (*known != type) return reject("type", fmt::format("'{}' of {} is {}, not {}", batch_.columns[i].name, row.event, name_of(*known), name_of(type)));
    }
    return true;
  }

  // What an event says, to be compared.
  struct Told {
    std::string who_and_what;
    Timestamp at;
    bool operator==(const Told&) const = default;
  };

  // One message id is one event: the first accepted counts, an equal one is a duplicate, another is reported.
  bool is_duplicate(const BatchRow& row) {
    if (batch_.kind != BatchKind::events || row.message_id.empty()) return false;
    if (forgotten_ != nullptr && forgotten_->contains(row.message_id)) {
      ++outcome_.duplicates;
      return true;
    }
    Told mine{.who_and_what = fmt::format("{}\n{}\n{}", canonical_contact(row.id), row.event, content(row)), .at = *row.at};
    const auto [seen, inserted] = in_batch_.try_emplace(row.message_id, mine);
    Told other = seen->second;
    if (inserted) {
      const auto place = base_.find_message(row.message_id);
      if (!place) return false;
      other = stored(*place, row);
      seen->second = other;
    }
    if (other == mine) {
      ++outcome_.duplicates;
      return true;
    }
    reject("message_id", "another event has this message id already; the first accepted counts");
    outcome_.rejects.back().differs_in_time_alone = other.who_and_what == mine.who_and_what;
    return true;
  }

  std::string canonical_contact(const std::string& id) const {
    const auto contact = base_.find_contact(id);
    return contact ? std::string(base_.contact_id(*contact)) : id;
  }

  std::string content(const BatchRow& row) const {
    std::map<std::string, std::string> members;
    for (std::size_t i = 0; i < row.values.size(); ++i) if (!is_missing(row.values[i])) members[batch_.columns[i].name] = to_json_text(row.values[i]);
    std::string text = "{";
    for (const auto& [name, value] : members) text += (text.size() > 1 ? "," : "") + json_quote(name) + ":" + value;
    return text + "}";
  }

  Told stored(const Base::EventPlace& place, const BatchRow& row) const {
    const EventTable& table = base_.events[place.event.value];
    const EventType& type = base_.schema.events[place.event.value];
    const auto contact = base_.find_contact(row.id);
    const bool same_contact = contact && table.contact(place.row) == *contact;
    return {.who_and_what = fmt::format("{}\n{}\n{}", same_contact ? canonical_contact(row.id) : "", type.name, table.content(place.row, base_.cells, type.properties)), .at = table.at(place.row)};
  }

  ImportBatch& batch_;
  const Base& base_;
  const ForgottenMessages* forgotten_;
  SubmitOutcome outcome_;
  std::uint64_t index_ = 0;
  ByName<EventRules> events_;
  std::map<std::pair<std::string, std::string>, ValueType> new_properties_;
  boost::unordered_flat_map<std::string, Told> in_batch_;
};

// ---- schema ----

Result<void> check_segments_after(const Base& base, const Schema& changed) {
  for (const auto& [key, segment] : base.catalog.segments) {
    const CheckContext now{.schema = base.schema, .catalog = base.catalog, .parameters = segment.parameters};
    if (!compile(segment.text, now)) continue;  // broken already
    const CheckContext after{.schema = changed, .catalog = base.catalog, .parameters = segment.parameters};
    if (const auto still = compile(segment.text, after); !still) {
      return fail(ErrorCode::conflict, fmt::format("segment '{}' uses it: {}", key, still.error().message), "change or delete the segment first");
    }
  }
  return {};
}

// Keys of the segments whose rules name this one, or name one that does.
std::set<std::string> all_users_of(const Catalog& catalog, const std::string& key) {
  std::set<std::string> users;
  if (!catalog.segments.contains(key)) return users;  // a rule that names it has been broken before
  for (std::vector<std::string> left{key}; !left.empty();) {
    const std::string used = std::move(left.back());
    left.pop_back();
    for (const std::string& user : users_of_segment(catalog, used)) if (user != key && users.insert(user).second) left.push_back(user);
  }
  return users;
}

struct Validator {
  Base& base;
  const BesideBase& beside;

  Result<SubmitOutcome> operator()(ImportBatch& batch) { return BatchValidator(batch, base, beside.forgotten).run(); }

  Result<SubmitOutcome> operator()(DeclareEvent& command) {
    WM_CHECK_OK(check_name({TableKind::event, command.name}, command.name));
    if (base.schema.find_record(command.name)) return fail(ErrorCode::conflict, fmt::format("'{}' is a record type already", command.name));
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(DeclareRecordType& command) {
    WM_CHECK_OK(check_name({TableKind::record, command.name}, command.name));
    if (base.schema.find_event(command.name)) return fail(ErrorCode::conflict, fmt::format("'{}' is an event already", command.name));
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(DeclareAttribute& command) {
    WM_CHECK_OK(check_table(command.table));
    WM_CHECK_OK(check_name(command.table, command.attribute.name));
    if (find_attribute(base.schema, command.table, command.attribute.name) != nullptr) return fail(ErrorCode::conflict, fmt::format("'{}' is there already", command.attribute.name));
    return check_history(command.table, command.attribute);
  }
  Result<SubmitOutcome> operator()(AlterAttribute& command) {
    WM_CHECK_OK(check_table(command.table));
    if (find_attribute(base.schema, command.table, command.attribute.name) == nullptr) return fail(ErrorCode::not_found, fmt::format("there is no '{}'", command.attribute.name));
    Schema changed = base.schema;
    *find_attribute(changed, command.table, command.attribute.name) = command.attribute;
    WM_CHECK_OK(check_segments_after(base, changed));
    return check_history(command.table, command.attribute);
  }
  Result<SubmitOutcome> operator()(SetZone& command) {
    WM_TRY(const Zone zone, Zone::find(command.zone));
    command.zone = zone.name();
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(PutSet& command) {
    WM_CHECK_OK(check_key(command.key, "value set"));
    for (const std::string& value : command.values) {
      if (value.empty() || value.size() > kTextBytesMax || !is_valid_utf8(value)) return fail(ErrorCode::invalid, "a value of a set is a text of 1 to 16384 bytes");
    }
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(PutSegment& command) {
    WM_CHECK_OK(check_key(command.key, "segment"));
    WM_CHECK_OK(check_author(command.by, command.note));
    if (base.catalog.lists.contains(command.key)) return fail(ErrorCode::conflict, fmt::format("'{}' is a list already: segments and lists share their keys", command.key));
    WM_TRY(const Definition definition, compile(command.text, {.schema = base.schema, .catalog = base.catalog, .parameters = command.parameters, .own_key = command.key}));
    if (!can_be_foreseen(definition.root)) return fail(ErrorCode::invalid, "this comparison has more 'days since' than can be followed through time, so it cannot be kept up to date", "count and members can decide it without saving");
    // A change must not break the segments that use this one.
    const std::set<std::string> users = all_users_of(base.catalog, command.key);
    Catalog changed;
    if (!users.empty()) changed = base.catalog;
    changed.segments[command.key] = {definition.text, command.parameters, {}};
    for (const std::string& key : users) {
      const Segment& segment = base.catalog.segments.at(key);
      if (!compile(segment.text, {.schema = base.schema, .catalog = base.catalog, .parameters = segment.parameters})) continue;
      if (const auto still = compile(segment.text, {.schema = base.schema, .catalog = changed, .parameters = segment.parameters}); !still) {
        return fail(ErrorCode::conflict, fmt::format("segment '{}' uses this one and would break: {}", key, still.error().message));
      }
    }
    command.text = definition.text;
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(DeleteSegment& command) {
    if (base.catalog.lists.contains(command.key)) return fail(ErrorCode::not_found, fmt::format("'{}' is a list, not a segment", command.key), fmt::format("wanamaker list delete {}", command.key));
    if (!base.catalog.segments.contains(command.key)) return unknown_key("segment", command.key);
    std::vector<std::string> users = users_of_segment(base.catalog, command.key);
    for (const auto& [key, webhook] : beside.connections.webhooks)
      if (std::ranges::find(webhook.segments, command.key) != webhook.segments.end()) users.push_back(fmt::format("webhook '{}'", key));
    if (!users.empty()) return fail(ErrorCode::conflict, fmt::format("segment '{}' is used by {}", command.key, fmt::join(users, ", ")), "change or delete those first");
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(PutList& command) {
    WM_CHECK_OK(check_key(command.key, "list"));
    if (base.catalog.segments.contains(command.key)) return fail(ErrorCode::conflict, fmt::format("'{}' is a segment already: segments and lists share their keys", command.key));
    const auto list = base.catalog.lists.find(command.key);
    if (list != base.catalog.lists.end() && list->second.snapshot) return fail(ErrorCode::conflict, fmt::format("'{}' is a snapshot already: snapshots and lists share their keys", command.key), "give the list another key");
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(AddToList& command) {
    WM_CHECK_OK(check_author(command.by, command.note));
    WM_CHECK_OK(need_open_list(command.key));
    for (const std::string& id : command.contact_ids) WM_CHECK_OK(check_contact_id(id));
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(RemoveFromList& command) {
    WM_CHECK_OK(need_open_list(command.key));
    for (const std::string& id : command.contact_ids) WM_CHECK_OK(need_contact(id));
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(MergeContacts& command) {
    WM_CHECK_OK(need_contact(command.from_id));
    WM_CHECK_OK(need_contact(command.into_id));
    if (base.find_contact(command.from_id) == base.find_contact(command.into_id)) return fail(ErrorCode::conflict, "both ids are one contact already");
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(PutSnapshot& command) {
    WM_CHECK_OK(check_key(command.key, "snapshot"));
    WM_CHECK_OK(check_author(command.by, command.note));
    if (base.catalog.segments.contains(command.key)) return fail(ErrorCode::conflict, fmt::format("'{}' is a segment already", command.key), "give the snapshot a key of its own");
    if (base.catalog.lists.contains(command.key)) return fail(ErrorCode::conflict, fmt::format("'{}' is there already: a snapshot is taken once", command.key), "give the new one another key");
    WM_TRY(const Definition definition, compile(command.text, {.schema = base.schema, .catalog = base.catalog, .parameters = command.parameters}));
    command.text = definition.text;
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(LockList& command) {
    WM_CHECK_OK(check_author(command.by, command.note));
    const auto list = base.catalog.lists.find(command.key);
    if (list == base.catalog.lists.end()) return unknown_key("list", command.key);
    if (list->second.snapshot) return fail(ErrorCode::conflict, fmt::format("'{}' is a snapshot: it is what the rule said then, and never changes by hand", command.key));
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(DeleteList& command) {
    if (!base.catalog.lists.contains(command.key)) return unknown_key("list", command.key);
    const std::vector<std::string> users = users_of_segment(base.catalog, command.key);
    if (base.catalog.lists.at(command.key).lock) return fail(ErrorCode::conflict, fmt::format("list '{}' is locked", command.key), "open it first: wanamaker list unlock KEY");
    if (!users.empty()) return fail(ErrorCode::conflict, fmt::format("list '{}' is used by {}", command.key, fmt::join(users, ", ")), "change or delete those first");
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(OverrideMembership& command) {
    WM_CHECK_OK(check_author(command.by, command.note));
    const auto segment = base.catalog.segments.find(command.key);
    if (segment == base.catalog.segments.end()) return unknown_key("segment", command.key);
    const auto rule = compile(segment->second.text, {.schema = base.schema, .catalog = base.catalog, .parameters = segment->second.parameters});
    if (!rule) return fail(ErrorCode::conflict, fmt::format("segment '{}' is invalid and keeps the members it had: {}", command.key, rule.error().message), "mend its definition first");
    for (const std::string& id : command.contact_ids) WM_CHECK_OK(command.what == Override::added ? check_contact_id(id) : need_contact(id));
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(AdvanceTime&) { return SubmitOutcome{}; }
  Result<SubmitOutcome> operator()(AddKey& command) {
    WM_CHECK_OK(check_author(command.by, command.name));
    if (command.name.size() > kNameBytesMax) return fail(ErrorCode::invalid, fmt::format("the name of a key has at most {} bytes", kNameBytesMax));
    const bool is_id = command.id.size() == kKeyIdBytes && command.id.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_id || command.hash.size() != kKeyHashBytes) return fail(ErrorCode::invalid, "a key has an id of 12 hexadecimal digits and a hash of 32 bytes");
    if (base.catalog.keys.contains(command.id)) return fail(ErrorCode::conflict, fmt::format("key '{}' is there already", command.id));
    if (base.catalog.keys.size() >= kKeysMax) return fail(ErrorCode::conflict, fmt::format("there are {} keys, revoked ones included; more are not kept", kKeysMax));
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(RevokeKey& command) {
    WM_CHECK_OK(check_author(command.by, {}));
    const auto key = base.catalog.keys.find(command.id);
    if (key == base.catalog.keys.end()) return fail(ErrorCode::not_found, fmt::format("there is no key '{}'", command.id), "keys go by their id: wanamaker key list");
    if (key->second.revoked_at) return fail(ErrorCode::conflict, fmt::format("key '{}' is revoked already", command.id));
    WM_CHECK_OK(check_not_last_admin(command.id, beside.access, base.catalog.keys));
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(TrackAttribute& command) {
    WM_CHECK_OK(check_author(command.by, {}));
    if (base.schema.contact.find(command.name)) return SubmitOutcome{};
    return fail(ErrorCode::not_found, fmt::format("there is no attribute '{}' of contacts", command.name), fmt::format("declare it first: wanamaker schema set {} --type text", command.name));
  }
  Result<SubmitOutcome> operator()(PutProvider& command) { return validate(command, beside.connections); }
  Result<SubmitOutcome> operator()(DeleteProvider& command) { return validate(command, beside.connections); }
  Result<SubmitOutcome> operator()(PutWebhook& command) {
    for (const std::string& key : command.segments)
      if (!base.catalog.segments.contains(key)) return unknown_key("segment", key);
    return validate(command, beside.connections, beside.at);
  }
  Result<SubmitOutcome> operator()(DeleteWebhook& command) { return validate(command, beside.connections); }
  Result<SubmitOutcome> operator()(MoveWebhook& command) { return validate(command, beside.connections); }
  Result<SubmitOutcome> operator()(KeepAnswer& command) { return validate(command); }
  Result<SubmitOutcome> operator()(PutUser& command) { return validate(command, beside.access, base.catalog.keys); }
  Result<SubmitOutcome> operator()(DeleteUser& command) { return validate(command, beside.access, base.catalog.keys); }
  Result<SubmitOutcome> operator()(BeginSession& command) { return validate(command, beside.access); }
  Result<SubmitOutcome> operator()(EndSessions& command) { return validate(command, beside.access); }
  Result<SubmitOutcome> operator()(NoteAudit& command) { return validate(command); }
  Result<SubmitOutcome> operator()(MarkPersonal& command) {
    WM_CHECK_OK(check_author(command.by, {}));
    if (base.schema.contact.find(command.name)) return SubmitOutcome{};
    return fail(ErrorCode::not_found, fmt::format("there is no attribute '{}' of contacts", command.name), fmt::format("declare it first: wanamaker schema set {} --type text", command.name));
  }
  Result<SubmitOutcome> operator()(SpendIds& command) {
    for (const std::string& id : command.ids) {
      if (id.empty() || id.size() > kTextBytesMax) return fail(ErrorCode::invalid, "an id is a text of 1 to 16384 bytes");
      if (beside.spent != nullptr && beside.spent->contains(id)) return fail(ErrorCode::conflict, "an id is spent already");
    }
    return SubmitOutcome{};
  }
  Result<SubmitOutcome> operator()(EraseContact& command) {
    WM_CHECK_OK(need_contact(command.contact_id));
    return SubmitOutcome{};
  }

 private:
  // A list that takes changes by hand.
  Result<void> need_open_list(const std::string& key) const {
    const auto list = base.catalog.lists.find(key);
    if (list == base.catalog.lists.end()) return unknown_key("list", key);
    if (list->second.snapshot) return fail(ErrorCode::conflict, fmt::format("'{}' is a snapshot: it is what the rule said then, and never changes by hand", key));
    if (list->second.lock) return fail(ErrorCode::conflict, fmt::format("list '{}' is locked", key), fmt::format("wanamaker list unlock {}", key));
    return {};
  }
  static Result<void> check_author(const std::string& by, const std::string& note) {
    const auto is_line = [](const std::string& text) {
      return text.size() <= kTextBytesMax && is_valid_utf8(text) && std::ranges::none_of(text, [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; });
    };
    if (is_line(by) && is_line(note)) return {};
    return fail(ErrorCode::invalid, "an author and a note are texts of up to 16384 bytes in UTF-8, without line breaks and control characters");
  }
  static Result<void> check_contact_id(const std::string& id) {
    if (is_good_id(id)) return {};
    return fail(ErrorCode::invalid, "a contact id is empty, longer than 1,024 bytes, holds a line break or control character, or is not valid UTF-8");
  }
  Result<void> need_contact(const std::string& id) const {
    if (base.find_contact(id)) return {};
    return fail(ErrorCode::not_found, fmt::format("there is no contact '{}'", id), "ids are compared byte for byte");
  }
  std::unexpected<Error> unknown_key(std::string_view what, const std::string& key) const {
    std::vector<std::string> keys;
    for (const auto& [name, _] : base.catalog.segments) if (what == "segment") keys.push_back(name);
    for (const auto& [name, _] : base.catalog.lists) if (what == "list") keys.push_back(name);
    const std::string near = nearest(key, keys);
    return fail(ErrorCode::not_found, fmt::format("there is no {} '{}'", what, key), near.empty() ? "" : fmt::format("Did you mean '{}'?", near));
  }
  Result<void> check_table(const TableName& table) const {
    if (table.kind == TableKind::event && !base.schema.find_event(table.name)) return fail(ErrorCode::not_found, fmt::format("there is no event '{}'", table.name));
    if (table.kind == TableKind::record && !base.schema.find_record(table.name)) return fail(ErrorCode::not_found, fmt::format("there is no record type '{}'", table.name));
    return {};
  }
  static Result<SubmitOutcome> check_history(const TableName& table, const Attribute& attribute) {
    if (attribute.history == History::kept && table.kind != TableKind::contact) return fail(ErrorCode::invalid, "history is kept for attributes of contacts only");
    return SubmitOutcome{};
  }
};

}  // namespace

Result<SubmitOutcome> validate(Command& command, Base& base) { return validate(command, base, {.connections = Connections{}, .access = Access{}}); }

Result<SubmitOutcome> validate(Command& command, Base& base, const BesideBase& beside) { return std::visit(Validator{base, beside}, command.body); }

namespace {

bool knows_event_columns(const ImportBatch& batch, const Base& base) {
  using Columns = std::optional<std::vector<bool>>;  // whether the event has each; nothing: it is not known itself
  const auto columns_of = [&](std::string_view name) -> Columns {
    const auto event = base.schema.find_event(name);
    if (!event) return std::nullopt;
    std::vector<bool> known;
    for (const BatchColumn& column : batch.columns) known.push_back(base.schema.events[event->value].properties.find(column.name).has_value());
    return known;
  };
  ByName<Columns> events;
  for (const BatchRow& row : batch.rows) {
    const Columns& known = events.of(row.event, columns_of);
    if (!known) return false;
    for (std::size_t i = 0; i < row.values.size() && i < known->size(); ++i)
      if (!(*known)[i] && !is_missing(row.values[i])) return false;
  }
  return true;
}

}  // namespace

bool only_adds_data(const Command& command, const Base& base) {
  const auto* batch = std::get_if<ImportBatch>(&command.body);
  if (batch == nullptr || batch->keeps_history) return false;
  if (batch->kind == BatchKind::events) return knows_event_columns(*batch, base);
  if (batch->kind != BatchKind::contacts && batch->kind != BatchKind::accounts && !base.schema.find_record(batch->record_type)) return false;
  TableName table{.kind = TableKind::record, .name = batch->record_type};
  if (batch->kind == BatchKind::contacts) table = {TableKind::contact};
  if (batch->kind == BatchKind::accounts) table = {TableKind::account};
  return std::ranges::all_of(batch->columns, [&](const BatchColumn& column) { return find_attribute(base.schema, table, column.name) != nullptr; });
}

}  // namespace wanamaker
