#include "api/http/tracking_items.h"

#include "api/http/json_value.h"
#include "api/http/routes.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

constexpr std::size_t kItemsOfABatchMax = 2'500;  // as the SDKs' own services take

}  // namespace

Result<TrackingItems> read_tracking_items(Call& call, const ItemBody& read) {
  const Json& body = read.json;
  const std::string_view route = call.address().segments.back();
  TrackingFrame frame{.kind = tracking_kind_from(route), .sent_at = sent_at_of(body), .received_at = call.now()};
  TrackingItems reading;
  const auto take = [&](const Json& json) {
    const std::uint64_t index = reading.items.size() + reading.rejected.size();
    const auto fault = read.faults.find(index);
    auto message = fault == read.faults.end() ? read_tracking(json, frame) : std::unexpected(fault->second);
    if (message) reading.items.push_back({.index = index, .message = *std::move(message)});
    else reading.rejected.push_back({index, "item", std::move(message).error()});
  };
  if (frame.kind) {
    take(body);
    if (!reading.rejected.empty()) return fail_at("#", reading.rejected.front().reason);
    reading.is_single = true;
    return reading;
  }
  const Json* batch = body.find(kTrackingList);
  if (batch == nullptr || batch->as_array() == nullptr) return fail_at("#/batch", "'batch' is missing: expected an array of messages");
  if (batch->as_array()->size() > kItemsOfABatchMax) return fail_at("#/batch", fmt::format("a batch has at most {} messages; send the rest in another", kItemsOfABatchMax));
  for (const Json& json : *batch->as_array()) take(json);
  return reading;
}

bool is_anonymous_in(const Base& base, ContactOrdinal contact) { return base.contact_id(contact).starts_with(kAnonymousPrefix); }

std::string anonymous_id_of(const std::string& previous_id) { return previous_id.starts_with(kAnonymousPrefix) ? previous_id : std::string(kAnonymousPrefix) + previous_id; }

std::optional<JoinWanted> join_wanted(const TrackingMessage& message, const Base& base) {
  const bool is_alias = message.kind == TrackingKind::alias;
  if (!is_alias && (message.user_id.empty() || message.anonymous_id.empty())) return std::nullopt;
  std::string anonymous = is_alias ? anonymous_id_of(message.previous_id) : std::string(kAnonymousPrefix) + message.anonymous_id;
  const auto known = base.find_contact(anonymous);
  if (known && !is_anonymous_in(base, *known)) return std::nullopt;  // joined, and for ever
  // Only identify and alias say that both are one person for ever; others join what is there already.
  return JoinWanted{.anonymous = std::move(anonymous), .user = message.user_id, .makes = is_alias || message.kind == TrackingKind::identify};
}

std::vector<RejectedItem> refused_of(EventBatches::Outcome& outcome) {
  outcome.duplicates += std::erase_if(outcome.rejected, [](const RejectedItem& item) { return item.code == "message_id"; });
  return std::move(outcome.rejected);
}

HttpResponse tracking_success(const std::vector<RejectedItem>& rejected) {
  Json json = Json::object().set("success", true);
  if (rejected.empty()) return answer_json(std::move(json));
  Json list = Json::array();
  for (const RejectedItem& item : rejected) list.push(Json::object().set("index", item.index).set("code", item.code).set("reason", item.reason));
  return answer_json(std::move(json.set("rejected", std::move(list))));
}

}  // namespace wanamaker
