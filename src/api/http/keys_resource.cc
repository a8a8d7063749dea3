// Keys: made, listed, revoked.
#include "api/http/routes.h"

#include <fmt/format.h>

namespace wanamaker::handlers {

Result<HttpResponse> list_keys(Call& call) {
  const KeyRates& rates = call.service().rates();
  Json keys = keys_json(call.workspace().base().catalog);
  return answer_json(std::move(keys.set("limit", rates.per_second() == 0 ? Json() : Json::object().set("per_second", rates.per_second()).set("burst", rates.burst()))));
}

Result<HttpResponse> add_key(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string role_name, fields.needed_text("role"));
  WM_TRY(const std::optional<std::string> name, fields.text("name"));
  WM_CHECK_OK(fields.finish());
  const auto role = key_role_from(role_name);
  if (!role) return fail_at(fields.pointer_to("role"), fmt::format("'{}' is no role", role_name), "the roles are write, read, admin and masked");
  PlannedKey planned = plan_key({.role = *role, .name = name.value_or(""), .by = call.author()});
  call.set_changed(planned.added.id);
  const Json json = Json::object().set("id", planned.added.id).set("role", role_name).set("name", name.value_or("")).set("key", planned.added.key);
  WM_TRY(HttpResponse answer, call.change(std::move(planned.command), answer_json(json, 201)));
  call.service().note_access(call.workspace());
  return answer;
}

Result<HttpResponse> revoke_key(Call& call) {
  WM_TRY(HttpResponse answer, call.change(RevokeKey{.id = call.part(0), .by = call.author()}, answer_json(Json::object().set("id", call.part(0)).set("revoked", true))));
  call.service().note_access(call.workspace());
  return answer;
}

}  // namespace wanamaker::handlers
