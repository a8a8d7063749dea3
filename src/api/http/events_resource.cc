// Events that a program sends with ids of its own; the SDKs send to /v1 (tracking_resource.cc).
#include "api/http/event_batches.h"
#include "api/http/json_value.h"
#include "api/http/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace wanamaker::handlers {
namespace {

constexpr std::size_t kEventsOfARequest = 10'000;
constexpr std::string_view kList = "events";

// One item of `events`. Errors: usage, with its place.
struct PostedEvent {
  std::string contact;
  std::string event;
  std::string message_id;
  Timestamp at;
  bool has_time = false;  // else it is that of its coming
  std::vector<TrackedProperty> properties;
};

Result<PostedEvent> read_event(const Json& json, const std::string& pointer, Timestamp now) {
  WM_TRY(Fields fields, Fields::of(json, pointer));
  PostedEvent event{.contact = {}, .event = {}, .message_id = {}, .at = now, .properties = {}};
  WM_TRY(event.contact, fields.needed_text("contact"));
  WM_TRY(event.event, fields.needed_text("event"));
  WM_TRY(const std::optional<std::string> message_id, fields.text("message_id"));
  event.message_id = message_id.value_or("");
  if (event.message_id.size() > kTrackedIdBytesMax) return fail_at(fields.pointer_to("message_id"), fmt::format("a message id has at most {} bytes", kTrackedIdBytesMax));
  WM_TRY(const std::optional<std::string> time, fields.text("time"));
  if (time) {
    const auto at = parse_timestamp(*time);
    if (!at) return fail_at(fields.pointer_to("time"), fmt::format("'{}' is no instant", *time), "write 2024-01-31T10:00:00Z");
    event.at = *at;
    event.has_time = true;
  }
  const Json* properties = fields.any("properties");
  WM_CHECK_OK(fields.finish());
  if (properties == nullptr) return event;
  if (properties->as_object() == nullptr) return fail_at(fields.pointer_to("properties"), "'properties' is no object");
  if (properties->as_object()->size() > kTrackedPropertiesMax) return fail_at(fields.pointer_to("properties"), fmt::format("an event has at most {} properties", kTrackedPropertiesMax));
  for (const auto& [name, value] : *properties->as_object()) event.properties.push_back({.name = name, .value = &value});
  return event;
}

Json rejected_json(const std::vector<RejectedItem>& rejected) {
  Json list = Json::array();
  for (const RejectedItem& item : rejected) list.push(Json::object().set("index", item.index).set("code", item.code).set("reason", item.reason));
  return list;
}

// `types`: {event: {property: type}}. Errors: usage; not_allowed, of those who may not declare a type.
Result<EventBatches::PropertyTypes> types_of(Call& call, const Json* json, const std::string& pointer) {
  EventBatches::PropertyTypes types;
  if (json == nullptr) return types;
  if (!may(call.holder().role, Permission::change)) return fail(Error{.code = ErrorCode::not_allowed, .message = "types of properties are for admins to say", .detail = {}, .hint = "leave out 'types'", .where = pointer});
  if (json->as_object() == nullptr) return fail_at(pointer, "'types' is no object: expected events with the types of their properties");
  for (const auto& [event, properties] : *json->as_object()) {
    WM_TRY(types[event], wanted_types(&properties, pointer + "/" + event));
  }
  return types;
}

struct Intake {
  Intake(Engine& engine, Call& call, const ItemBody& body, const Json::Array& list, const EventBatches::PropertyTypes& types, Engine::Judging judging) : batches(engine.unsettled(), types) {
    const auto sender = may(call.holder().role, Permission::change) ? EventBatches::Sender::trusted : EventBatches::Sender::anybody;
    for (std::uint64_t index = 0; index < list.size(); ++index) {
      judge_on(judging, index, [&] { call.give_way(); });
      if (const auto fault = body.faults.find(index); fault != body.faults.end()) {
        rejected.push_back({index, "item", fault->second});
        continue;
      }
      const auto event = read_event(list[index], fmt::format("#/{}/{}", kList, index), call.now());
      if (!event) {
        rejected.push_back({index, "item", event.error().message});
        continue;
      }
      if (!event->has_time) comes_now.insert(index);
      if (auto fault = batches.add({.index = index, .contact_id = event->contact, .name = event->event, .message_id = event->message_id, .at = event->at, .properties = event->properties, .sender = sender})) rejected.push_back(*std::move(fault));
    }
  }

  EventBatches batches;
  std::vector<RejectedItem> rejected = {};
  std::set<std::uint64_t> comes_now = {};  // items without a time of their own
};

Result<HttpResponse> submitted(Call& call, Intake intake) {
  // A repetition without a time of its own comes at another one: the first counts.
  const auto settled = [&](EventBatches::Outcome outcome) {
    outcome.duplicates += std::erase_if(outcome.rejected, [&](const RejectedItem& item) { return item.differs_in_time_alone && intake.comes_now.contains(item.index); });
    return outcome;
  };
  const auto answer_of = [&](const EventBatches::Outcome& outcome) {
    std::vector<RejectedItem> rejected = intake.rejected;
    rejected.insert(rejected.end(), outcome.rejected.begin(), outcome.rejected.end());
    return answer_json(Json::object().set("applied", outcome.applied).set("duplicates", outcome.duplicates).set("properties_dropped", intake.batches.dropped()).set("rejected", rejected_json(rejected)));
  };
  EventBatches::Beside beside;
  if (call.may_come_again()) beside = [&](const EventBatches::Outcome& all) { return call.beside_change(answer_of(settled(all))); };
  WM_TRY(EventBatches::Outcome all, intake.batches.submit(call.workspace(), beside));
  const EventBatches::Outcome outcome = settled(std::move(all));
  Metrics& metrics = call.service().metrics();
  metrics.events_applied += outcome.applied;
  metrics.events_duplicate += outcome.duplicates;
  metrics.items_rejected += intake.rejected.size() + outcome.rejected.size();
  metrics.properties_dropped += intake.batches.dropped();
  return answer_of(outcome);
}

}  // namespace

Result<HttpResponse> post_events(Call& call) {
  WM_TRY(const ItemBody* body, call.item_body(kList));
  WM_TRY(Fields fields, Fields::of(body->json));
  const Json* list = fields.any(kList);
  WM_TRY(const EventBatches::PropertyTypes types, types_of(call, fields.any("types"), fields.pointer_to("types")));
  WM_CHECK_OK(fields.finish());
  if (list == nullptr || list->as_array() == nullptr) return fail_at("#/events", "'events' is missing: expected an array");
  if (list->as_array()->size() > kEventsOfARequest) return fail_at("#/events", fmt::format("at most {} events are taken at once", kEventsOfARequest));
  Engine& engine = call.service().store().engine();
  const auto judged = [&] { return Intake(engine, call, *body, *list->as_array(), types, engine.judging()); };
  if (Intake intake = judged(); !intake.batches.brings_names()) return submitted(call, std::move(intake));
  MutexLock naming(call.service().naming());
  return submitted(call, judged());
}

}  // namespace wanamaker::handlers
