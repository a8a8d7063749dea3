#include "api/http/segment_fields.h"

#include "api/http/masking.h"
#include "api/segments.h"

#include <fmt/format.h>

namespace wanamaker {

Result<std::string> definition_of(Fields& fields) {
  const Json* definition = fields.any("definition");
  if (definition != nullptr && definition->as_string() != nullptr) return *definition->as_string();
  if (definition != nullptr && definition->as_object() != nullptr) return definition->dump();
  return fail_at(fields.pointer_to("definition"), "'definition' is missing: expected a text or the JSON form of a definition", "such as: country = \"SK\" and did order_completed in last 30 days");
}

namespace {

// A segment may ask for what is personal, but not with values that the asker chooses: they could be tried out one by one.
Result<void> check_arguments(const TypedExpression& node, const Personal& personal) {
  for (const TypedExpression& child : node.children) {
    if (node.kind == ExpressionKind::segment && node.text.ends_with(')')) WM_CHECK_OK(check_asks_nothing_personal(child.text, personal));
    WM_CHECK_OK(check_arguments(child, personal));
  }
  return {};
}

}  // namespace

Result<void> check_may_ask(Call& call, const std::string& definition, const std::vector<SegmentParameter>& parameters) {
  if (sees_personal(call.holder().role)) return {};
  const auto compiled = call.workspace().compile(definition, parameters);
  if (!compiled) return {};  // whoever decides it says why
  const Personal personal = personal_of(call.workspace().base().schema, call.workspace().engine().access().personal);
  WM_CHECK_OK(check_asks_nothing_personal(compiled->text, personal));
  return check_arguments(compiled->root, personal);
}

std::optional<PersonalReading> hidden_from(Call& call) { return hidden_from(call.holder().role, call.workspace()); }

std::optional<PersonalReading> hidden_from(Role role, Workspace& workspace) {
  if (sees_personal(role)) return std::nullopt;
  return PersonalReading(workspace.base().catalog, personal_of(workspace.base().schema, workspace.engine().access().personal));
}

bool hides_instants(Call& call, const std::string& definition) {
  const auto hidden = hidden_from(call);
  const auto compiled = hidden ? call.workspace().compile(definition) : std::unexpected(Error{});
  return compiled && hidden->reads(compiled->text);
}

Result<void> check_may_ask_when(Call& call, const std::string& definition) {
  if (!hides_instants(call, definition)) return {};
  return may_not_ask_when();
}

std::unexpected<Error> may_not_ask_when() {
  return fail(ErrorCode::not_allowed, "this reads what is personal, and when it turns would tell it: who does not see personal values asks for now alone", "ask somebody who sees personal values");
}

Result<std::vector<SegmentParameter>> parameters_of(Fields& fields) {
  std::vector<SegmentParameter> parameters;
  const Json* list = fields.any("parameters");
  if (list == nullptr) return parameters;
  const std::string pointer = fields.pointer_to("parameters");
  if (list->as_array() == nullptr) return fail_at(pointer, "'parameters' is no array");
  for (const Json& json : *list->as_array()) {
    WM_TRY(Fields of_one, Fields::of(json, fmt::format("{}/{}", pointer, parameters.size())));
    WM_TRY(const std::string name, of_one.needed_text("name"));
    WM_TRY(const std::string type, of_one.needed_text("type"));
    WM_TRY(const std::string value, of_one.needed_text("default"));
    WM_CHECK_OK(of_one.finish());
    auto parameter = parse_parameter(fmt::format("{}:{}={}", name, type, value));
    if (!parameter) return fail_at(fmt::format("{}/{}", pointer, parameters.size()), parameter.error().message, parameter.error().hint);
    parameters.push_back(*std::move(parameter));
  }
  return parameters;
}

}  // namespace wanamaker
