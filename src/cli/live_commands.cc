// What live segments answer: changes, due, history, impact, freeze, and the segments of a contact.

#include "api/live.h"
#include "api/segments.h"
#include "cli/commands.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::int64_t kDueMs = kMillisecondsPerDay;

void answer(CommandContext& context, const Json& json, std::string (*text)(const Json&)) {
  context.streams.out << (context.arguments.json ? json.dump() + "\n" : text(json));
}

Result<int> run_changes(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  ChangesQuery query{.after = arguments.after, .limit = arguments.limit};
  if (!arguments.key.empty()) query.segment = arguments.key;
  WM_TRY(const Json changes, changes_json(context.workspace, query));
  answer(context, changes, changes_text);
  return 0;
}

Result<int> run_impact(CommandContext& context) {
  std::vector<SegmentParameter> parameters;
  for (const std::string& written : context.arguments.parameters) {
    WM_TRY(SegmentParameter parameter, parse_parameter(written));
    parameters.push_back(std::move(parameter));
  }
  WM_TRY(const Json impact, impact_json(context.workspace, context.arguments.key, context.arguments.expression, std::move(parameters)));
  answer(context, impact, impact_text);
  return 0;
}

Result<int> run_freeze(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  WM_TRY(const std::uint64_t contacts, freeze(context.workspace, arguments.key, arguments.name, arguments.by));
  if (arguments.json) context.streams.out << Json::object().set("list", arguments.name).set("contacts", contacts).dump() << '\n';
  else context.streams.out << fmt::format("list '{}' has the {} members of segment '{}'\n", arguments.name, contacts, arguments.key);
  return 0;
}

Result<Json> run_due(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const Timestamp tomorrow{std::max(context.at, context.workspace.engine().live().settled_at()).ms + kDueMs};
  DueQuery query{.until = arguments.until.empty() ? tomorrow : context.until, .limit = arguments.limit};
  if (!arguments.due_after.empty()) {
    WM_TRY(query.after, parse_due_cursor(arguments.due_after));
  }
  return due_json(context.workspace, arguments.key, query);
}

}  // namespace

std::optional<Result<int>> run_live(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.command == "changes") return run_changes(context);
  if (arguments.command == "segment impact") return run_impact(context);
  if (arguments.command == "segment freeze") return run_freeze(context);
  Result<Json> json = fail(ErrorCode::failure, "");
  std::string (*text)(const Json&) = nullptr;
  if (arguments.command == "segment due") {
    text = due_text;
    json = run_due(context);
  } else if (arguments.command == "segment history") {
    text = history_text;
    json = history_json(context.workspace, arguments.key);
  } else if (arguments.command == "contact segments") {
    text = contact_segments_text;
    json = contact_segments_json(context.workspace, arguments.contact);
  } else {
    return std::nullopt;
  }
  if (!json) return fail(std::move(json).error());
  answer(context, *json, text);
  return 0;
}

}  // namespace wanamaker
