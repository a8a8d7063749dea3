#include "api/csv.h"
#include "api/queries.h"
#include "cli/commands.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

void warn(CommandContext& context, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) context.streams.err << "warning: " << warning << '\n';
}

Result<int> run_count(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  WM_TRY(const CountAnswer answer, count(context.workspace, arguments.expression, context.at, arguments.repeat));
  if (arguments.verify) {
    WM_TRY(const auto by_probe, members_by_probe(context.workspace, arguments.expression, context.at));
    WM_TRY(const auto by_sweep, members(context.workspace, arguments.expression, context.at));
    if (by_probe != by_sweep.ids) return fail(ErrorCode::failure, "sweep and probe disagree: this is a defect of the program", "please report the definition");
  }
  if (arguments.json) {
    context.streams.out << answer.to_json().dump() << '\n';
    return 0;
  }
  warn(context, answer.warnings);
  context.streams.out << answer.count << '\n';
  if (answer.nodes.size() > 1) {
    for (const NodeCount& node : answer.nodes) context.streams.err << fmt::format("{:>10}  {}{}\n", node.count, std::string(static_cast<std::size_t>(node.depth) * 2, ' '), node.text);
  }
  if (arguments.repeat > 1) context.streams.err << fmt::format("median {:.3f} ms, min {:.3f} ms over {} runs\n", answer.median_ms, answer.min_ms, arguments.repeat);
  return 0;
}

Result<int> run_export(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.csv && arguments.ndjson) return fail(ErrorCode::usage, "--csv and --ndjson exclude each other");
  WM_TRY(const ExportAnswer answer, export_members(context.workspace, arguments.expression, arguments.columns, context.at));
  if (arguments.ndjson || arguments.json) {
    for (const auto& row : answer.json_rows) {
      Json object = Json::object();
      for (std::size_t i = 0; i < row.size(); ++i) object.set(answer.columns[i], row[i]);
      context.streams.out << object.dump() << '\n';
    }
    return 0;
  }
  context.streams.out << csv_line(answer.columns);
  for (const auto& row : answer.rows) context.streams.out << csv_line(row);
  return 0;
}

}  // namespace

Result<int> run_query(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.command == "count") return run_count(context);
  if (arguments.command == "export") return run_export(context);
  if (arguments.command == "explain") {
    WM_TRY(const ExplainAnswer answer, explain(context.workspace, arguments.contact, arguments.expression, context.at));
    context.streams.out << (arguments.json ? answer.json.dump() + "\n" : answer.text);
    return 0;
  }
  WM_TRY(const MembersAnswer answer, members(context.workspace, arguments.expression, context.at));
  warn(context, answer.warnings);
  if (arguments.json) {
    Json list = Json::array();
    for (const std::string& id : answer.ids) list.push(id);
    context.streams.out << Json::object().set("members", std::move(list)).dump() << '\n';
    return 0;
  }
  for (const std::string& id : answer.ids) context.streams.out << id << '\n';
  return 0;
}

}  // namespace wanamaker
