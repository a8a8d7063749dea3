// The schema, and which attributes write keys may set.
#include "api/http/masking.h"
#include "api/http/routes.h"
#include "api/schema.h"

#include <fmt/format.h>

namespace wanamaker::handlers {
namespace {

Result<HttpResponse> set_tracking(Call& call, Tracking what) {
  const Json json = Json::object().set("attribute", call.part(0)).set("tracked", what == Tracking::allowed);
  return call.change(TrackAttribute{.name = call.part(0), .what = what, .by = call.author()}, answer_json(json));
}

}  // namespace

Result<HttpResponse> show_schema(Call& call) {
  Json schema = schema_json(call.workspace());
  Json tracked = Json::array();
  for (const std::string& name : call.workspace().base().catalog.tracked) tracked.push(name);
  const AttributeTable& attributes = call.workspace().base().schema.contact;
  Json personal = Json::array();
  for (std::uint32_t i = 0; i < attributes.size(); ++i)
    if (is_personal_attribute(attributes.at({i}).name, call.workspace().engine().access().personal)) personal.push(attributes.at({i}).name);
  return answer_json(std::move(schema.set("tracked", std::move(tracked)).set("personal", std::move(personal))));
}

Result<HttpResponse> set_attribute(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string type_name, fields.needed_text("type"));
  WM_TRY(const bool history, fields.truth("history", false));
  WM_TRY(const bool dry_run, fields.truth("dry_run", false));
  WM_TRY(const bool drop, fields.truth("drop", false));
  WM_CHECK_OK(fields.finish());
  const auto type = value_type_from(type_name);
  if (!type) return fail_at(fields.pointer_to("type"), fmt::format("'{}' is no type", type_name), "the types are text, number, boolean, date, timestamp, set and location");
  const ConversionMode mode = dry_run ? ConversionMode::dry_run : drop ? ConversionMode::drop_the_rest : ConversionMode::refuse_loss;
  WM_TRY(PlannedAttribute planned, plan_attribute(call.workspace(), call.part(0), *type, history ? History::kept : History::none, mode));
  HttpResponse answer = answer_json(planned.change.to_json());
  return planned.command ? call.change(*std::move(planned.command), answer) : std::move(answer);
}

Result<HttpResponse> declare_event(Call& call) {
  return call.change(DeclareEvent{.name = call.part(0)}, answer_json(Json::object().set("event", call.part(0)).set("known", true)));
}

Result<HttpResponse> mark_personal(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  if (fields.any("personal") == nullptr) return fail_at(fields.pointer_to("personal"), "'personal' is missing: expected true or false");
  WM_TRY(const bool is_personal, fields.truth("personal", true));
  WM_CHECK_OK(fields.finish());
  const Json json = Json::object().set("attribute", call.part(0)).set("personal", is_personal);
  return call.change(MarkPersonal{.name = call.part(0), .what = is_personal ? PersonalMark::personal : PersonalMark::plain, .by = call.author()}, answer_json(json));
}

Result<HttpResponse> track_attribute(Call& call) { return set_tracking(call, Tracking::allowed); }
Result<HttpResponse> untrack_attribute(Call& call) { return set_tracking(call, Tracking::refused); }

}  // namespace wanamaker::handlers
