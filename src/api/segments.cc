#include "api/segments.h"

#include "api/queries.h"
#include "engine/apply/apply.h"
#include "evaluate/trial.h"
#include "language/diagnostic.h"
#include "language/formatter.h"

#include <fmt/format.h>

namespace wanamaker {

Result<SegmentParameter> parse_parameter(std::string_view written) {
  const std::size_t colon = written.find(':');
  const std::size_t equals = written.find('=');
  const std::string usage = "a parameter is written NAME:TYPE=VALUE, such as days:number=90";
  if (colon == std::string_view::npos || equals == std::string_view::npos || colon == 0 || equals < colon) return fail(ErrorCode::usage, fmt::format("'{}' is no parameter", written), usage);
  const auto type = value_type_from(written.substr(colon + 1, equals - colon - 1));
  if (!type || *type == ValueType::set || *type == ValueType::location) return fail(ErrorCode::usage, fmt::format("'{}' is no type of a parameter", written.substr(colon + 1, equals - colon - 1)), "the types are text, number, boolean, date and timestamp");
  const std::string_view text = written.substr(equals + 1);
  if (text.empty()) return fail(ErrorCode::usage, fmt::format("parameter '{}' has no value", written.substr(0, colon)), usage);
  auto value = parse_value(text, *type);
  if (const auto* error = std::get_if<ValueError>(&value)) return fail(ErrorCode::usage, fmt::format("'{}' is no {}: expected {}", text, name_of(*type), error->expected), usage);
  return SegmentParameter{.name = std::string(written.substr(0, colon)), .type = *type, .value = std::move(std::get<Value>(value))};
}

Json parameters_json(const std::vector<SegmentParameter>& parameters) {
  Json list = Json::array();
  for (const SegmentParameter& parameter : parameters) list.push(Json::object().set("name", parameter.name).set("type", name_of(parameter.type)).set("default", to_string(parameter.value)));
  return list;
}

Result<SweepResult> try_to_keep(Workspace& workspace, const Definition& definition, Timestamp at) {
  WM_TRY(SweepResult result, workspace.sweep(definition, at));
  try_to_foresee(definition.root, workspace.environment(at, &result.rankings));
  WM_CHECK_OK(workspace.check_wanted(definition));
  return result;
}

Result<void> check_can_be_kept(Workspace& workspace, const std::string& key, const std::string& text, const std::vector<SegmentParameter>& parameters) {
  const Base& base = workspace.base();
  const auto definition = compile(text, {.schema = base.schema, .catalog = base.catalog, .parameters = parameters, .own_key = key});
  // What is wrong with one that does not compile is said where it is submitted, beside all else that may be wrong with the command.
  if (definition) WM_CHECK_OK(try_to_keep(workspace, *definition, workspace.now()));
  return {};
}

Result<SegmentSaved> put_segment(Workspace& workspace, const std::string& key, const std::string& source, std::vector<SegmentParameter> parameters, Authorship author) {
  WM_CHECK_OK(check_can_be_kept(workspace, key, source, parameters));
  WM_CHECK_OK(workspace.submit(PutSegment{.key = key, .text = source, .parameters = std::move(parameters), .by = std::move(author.by), .note = std::move(author.note)}));
  SegmentSaved saved{.text = workspace.base().catalog.segments.at(key).text, .count = 0, .warnings = {}};
  WM_TRY(const std::string expression, segment_expression(workspace, key));
  WM_TRY(CountAnswer answer, count(workspace, expression, workspace.now(), 1));
  saved.count = answer.count;
  saved.warnings = std::move(answer.warnings);
  return saved;
}

Result<std::string> segment_expression(Workspace& workspace, const std::string& key) {
  const Catalog& catalog = workspace.base().catalog;
  if (catalog.segments.contains(key) || catalog.lists.contains(key)) return "in segment " + format(Literal{.value = key});
  std::vector<std::string> keys;
  for (const auto& [name, _] : catalog.segments) keys.push_back(name);
  for (const auto& [name, _] : catalog.lists) keys.push_back(name);
  const std::string near = nearest(key, keys);
  return fail(ErrorCode::not_found, fmt::format("there is no segment '{}'", key), near.empty() ? "" : fmt::format("Did you mean '{}'?", near));
}

Result<Json> segment_json(Workspace& workspace, const std::string& key) {
  const Catalog& catalog = workspace.base().catalog;
  const auto segment = catalog.segments.find(key);
  if (segment == catalog.segments.end()) {
    WM_CHECK_OK(segment_expression(workspace, key));
    return fail(ErrorCode::not_found, fmt::format("'{}' is a list, not a segment", key), fmt::format("wanamaker list show {}", key));
  }
  Json users = Json::array();
  for (const std::string& user : users_of_segment(catalog, key)) users.push(user);
  return Json::object().set("key", key).set("kind", "dynamic").set("definition", segment->second.text).set("parameters", parameters_json(segment->second.parameters))
      .set("saved_at", to_string(segment->second.saved_at)).set("by", segment->second.by).set("note", segment->second.note).set("used_by", std::move(users));
}

}  // namespace wanamaker
