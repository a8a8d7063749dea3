#include "api/lists.h"
#include "api/live.h"
#include "api/overrides.h"
#include "api/queries.h"
#include "api/segments.h"
#include "api/versions.h"
#include "cli/beside.h"
#include "cli/commands.h"
#include "language/formatter.h"
#include "language/json_form.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace wanamaker {
namespace {

constexpr std::uintmax_t kDefinitionFileBytesMax = 1 << 20;

template <typename T>
Result<T> in_file(Result<T> result, const std::string& path) {
  if (!result) result.error().where = path;
  return result;
}

// `facts`: what else the JSON form says.
void print_ids(CommandContext& context, const std::vector<std::string>& ids, Json facts = Json::object()) {
  Json list = Json::array();
  for (const std::string& id : ids) {
    if (context.arguments.json) list.push(id);
    else context.streams.out << id << '\n';
  }
  if (context.arguments.json) context.streams.out << facts.set("members", std::move(list)).dump() << '\n';
}

int print(CommandContext& context, const Json& json, std::string (*text)(const Json&)) {
  context.streams.out << (context.arguments.json ? json.dump() + "\n" : text(json));
  return 0;
}

int print_saved(CommandContext& context, const SegmentSaved& saved) {
  const Arguments& arguments = context.arguments;
  for (const std::string& warning : saved.warnings) context.streams.err << "warning: " << warning << '\n';
  if (arguments.json) context.streams.out << Json::object().set("key", arguments.key).set("definition", saved.text).set("count", saved.count).dump() << '\n';
  else context.streams.out << fmt::format("segment '{}': {} contacts\n{}\n", arguments.key, saved.count, saved.text);
  return 0;
}

Result<int> run_put(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  std::vector<SegmentParameter> parameters;
  for (const std::string& written : arguments.parameters) {
    WM_TRY(SegmentParameter parameter, parse_parameter(written));
    parameters.push_back(std::move(parameter));
  }
  if (arguments.kind == "snapshot") {
    WM_TRY(const Json snapshot, put_snapshot(context.workspace, {.key = arguments.key, .text = arguments.expression, .parameters = std::move(parameters), .by = arguments.by, .note = arguments.note}));
    return print(context, snapshot, snapshot_text);
  }
  WM_TRY(const SegmentSaved saved, put_segment(context.workspace, arguments.key, arguments.expression, std::move(parameters), {.by = arguments.by, .note = arguments.note}));
  return print_saved(context, saved);
}

Result<int> run_versions(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.command == "segment restore") {
    WM_TRY(const SegmentSaved saved, restore_version(context.workspace, arguments.key, *arguments.version, {.by = arguments.by, .note = arguments.note}));
    return print_saved(context, saved);
  }
  if (arguments.command == "segment diff") {
    WM_TRY(const Json diff, diff_json(context.workspace, arguments.key, {.from = arguments.version, .to = arguments.other_version}));
    return print(context, diff, diff_text);
  }
  WM_TRY(const Json versions, versions_json(context.workspace, arguments.key));
  return print(context, versions, versions_text);
}

Result<int> run_by_hand(CommandContext& context, Override what) {
  const Arguments& arguments = context.arguments;
  WM_TRY(const Json answer, override_membership(context.workspace, {.key = arguments.key, .what = what, .contact_ids = arguments.values, .by = arguments.by, .note = arguments.note}));
  context.streams.out << (arguments.json ? answer.dump() + "\n" : override_text(answer));
  return 0;
}

Result<int> run_list(CommandContext& context) {
  Json list = Json::array();
  WM_CHECK_OK(run_time(context.workspace));
  const auto segments = context.workspace.base().catalog.segments;  // others may change them while time runs
  for (const auto& [key, segment] : segments) {
    WM_TRY(const std::string why_invalid, why_invalid_now(context.workspace, key));
    if (!context.arguments.json) context.streams.out << fmt::format("{:<24} {}{}\n", key, segment.text, why_invalid.empty() ? "" : fmt::format("  (invalid: {})", why_invalid));
    Json entry = Json::object().set("key", key).set("kind", "dynamic").set("definition", segment.text);
    if (!why_invalid.empty()) entry.set("why_invalid", why_invalid);
    list.push(std::move(entry));
  }
  for (const auto& [key, of_list] : context.workspace.base().catalog.lists) {
    if (!of_list.snapshot) continue;
    if (!context.arguments.json) context.streams.out << fmt::format("{:<24} {}  (snapshot of {})\n", key, of_list.snapshot->text, to_string(of_list.snapshot->at));
    list.push(Json::object().set("key", key).set("kind", "snapshot").set("definition", of_list.snapshot->text));
  }
  if (context.arguments.json) context.streams.out << Json::object().set("segments", std::move(list)).dump() << '\n';
  return 0;
}

Result<int> run_show(CommandContext& context) {
  if (is_snapshot(context.workspace, context.arguments.key)) return print(context, snapshot_json(context.workspace, context.arguments.key), snapshot_text);
  WM_TRY(Json segment, segment_json(context.workspace, context.arguments.key));
  WM_TRY(Json facts, live_segment_json(context.workspace, context.arguments.key));
  segment.set("live", std::move(facts)).set("by_hand", overrides_json(context.workspace, context.arguments.key));
  if (context.arguments.json) {
    context.streams.out << segment.dump() << '\n';
    return 0;
  }
  context.streams.out << fmt::format("segment {}\n{}\n", context.arguments.key, *segment.find("definition")->as_string());
  for (const Json& parameter : *segment.find("parameters")->as_array()) {
    context.streams.out << fmt::format("  ${}: {}, default {}\n", *parameter.find("name")->as_string(), *parameter.find("type")->as_string(), *parameter.find("default")->as_string());
  }
  const std::string& by = *segment.find("by")->as_string();
  const std::string& note = *segment.find("note")->as_string();
  context.streams.out << fmt::format("  saved at {}{}{}\n", *segment.find("saved_at")->as_string(), by.empty() ? "" : " by " + by, note.empty() ? "" : ": " + note);
  const Json& live = *segment.find("live");
  context.streams.out << fmt::format("  {} members as of {}, version {}\n", live.find("members")->dump(), *live.find("as_of")->as_string(), live.find("version")->dump());
  if (const Json* why = live.find("why_invalid")) context.streams.out << fmt::format("  invalid: {}\n", *why->as_string());
  context.streams.out << overrides_text(*segment.find("by_hand"));
  for (const Json& user : *segment.find("used_by")->as_array()) context.streams.out << fmt::format("  used by {}\n", *user.as_string());
  return 0;
}

Result<int> run_file(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  std::string source;
  if (context.beside != nullptr) {
    source = context.beside->definition;  // whoever asks has read it
  } else {
    WM_TRY(source, read_definition(arguments.file));
  }
  if (arguments.command == "segment format") {
    WM_TRY(const Expression tree, in_file(parse_definition(source), arguments.file));
    context.streams.out << format_lines(tree) << '\n';
    return 0;
  }
  WM_TRY(const Definition definition, in_file(context.workspace.compile(source), arguments.file));
  for (const Warning& warning : definition.warnings) context.streams.err << fmt::format("{}: warning: {}\n", arguments.file, warning.message);
  context.streams.out << fmt::format("{}: good\n", arguments.file);
  return 0;
}

}  // namespace

Result<std::string> read_definition(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) return fail(ErrorCode::usage, fmt::format("{} is a directory: expected a file with a definition", path));
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::not_found, fmt::format("there is no file {}", path));
  if (std::filesystem::file_size(path, failed) > kDefinitionFileBytesMax) return fail(ErrorCode::invalid, fmt::format("{} is larger than 1 MiB", path));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

Result<int> run_segment(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.command == "segment put") return run_put(context);
  if (arguments.command == "segment list") return run_list(context);
  if (arguments.command == "segment show") return run_show(context);
  if (arguments.command == "segment versions" || arguments.command == "segment diff" || arguments.command == "segment restore") return run_versions(context);
  if (arguments.command == "segment add") return run_by_hand(context, Override::added);
  if (arguments.command == "segment remove") return run_by_hand(context, Override::removed);
  if (arguments.command == "segment reset") return run_by_hand(context, Override::none);
  if (arguments.command == "segment delete") {
    WM_CHECK_OK(context.workspace.submit(DeleteSegment{.key = arguments.key}));
    if (arguments.json) context.streams.out << Json::object().set("key", arguments.key).set("deleted", true).dump() << '\n';
    else context.streams.out << fmt::format("segment '{}' deleted; its contacts stay\n", arguments.key);
    return 0;
  }
  if (arguments.command == "segment members" && !arguments.known_at.empty()) {
    if (!arguments.at.empty()) return fail(ErrorCode::usage, "--at and --known-at exclude each other", "--at looks with what is known now, --known-at with what was known then");
    WM_TRY(const std::vector<std::string> ids, members_known_at(context.workspace, arguments.key, context.known_at));
    print_ids(context, ids);
    return 0;
  }
  if (arguments.command == "segment members" && arguments.at.empty()) {
    WM_TRY(const std::optional<KeptMembers> kept, kept_members(context.workspace, arguments.key));
    if (kept) {
      context.streams.err << fmt::format("wanamaker: note: segment '{}' is invalid: {}\nthese are its members of {}\n", arguments.key, kept->why, to_string(kept->since));
      print_ids(context, kept->ids, Json::object().set("invalid_since", to_string(kept->since)).set("why_invalid", kept->why));
      return 0;
    }
  }
  if (arguments.command == "segment members") {
    WM_TRY(const std::string expression, segment_expression(context.workspace, arguments.key));
    WM_TRY(const MembersAnswer answer, members(context.workspace, expression, context.at));
    print_ids(context, answer.ids);
    return 0;
  }
  if (arguments.command == "segment json") {
    WM_TRY(const Expression tree, parse_definition(arguments.expression));
    context.streams.out << to_json(tree).dump() << '\n';
    return 0;
  }
  return run_file(context);
}

}  // namespace wanamaker
