#include "cli/command_line.h"

#include "api/error_json.h"
#include "cli/arguments.h"
#include "cli/beside.h"
#include "cli/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace wanamaker {
namespace {

Result<Timestamp> instant(const std::string& text, std::string_view option, const Zone* zone) {
  if (const auto at = parse_timestamp(text)) return *at;
  if (zone != nullptr) if (const auto day = parse_date(text)) return zone->start_of(*day);
  return fail(ErrorCode::usage, fmt::format("{} {}: expected an instant", option, text), "write 2024-01-31T10:00:00Z");
}

Result<Timestamp> now_of(const Arguments& arguments) {
  if (!arguments.now.empty()) return instant(arguments.now, "--now", nullptr);
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp{std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

Result<int> dispatch(const Arguments& arguments, Workspace& workspace, Streams streams, Beside* beside = nullptr) {
  Timestamp at = workspace.now();
  if (!arguments.at.empty()) {
    WM_TRY(at, instant(arguments.at, "--at", &workspace.zone()));
  }
  CommandContext context{.workspace = workspace, .arguments = arguments, .streams = streams, .at = at, .beside = beside};
  if (!arguments.until.empty()) {
    WM_TRY(context.until, instant(arguments.until, "--until", &workspace.zone()));
  }
  if (!arguments.known_at.empty()) {
    WM_TRY(context.known_at, instant(arguments.known_at, "--known-at", &workspace.zone()));
  }
  if (auto done = run_live(context)) return *std::move(done);
  const std::string family = arguments.command.substr(0, arguments.command.find(' '));
  if (family == "import") return run_import(context);
  if (family == "segment") return run_segment(context);
  if (family == "count" || family == "members" || family == "explain" || family == "export") return run_query(context);
  if (family == "stats" || family == "backup" || family == "checkpoint") return run_store(context);
  return run_catalog(context);
}

// Only commands that put something in make a store: a mistyped directory, or a disk that is not mounted, would answer as an empty one.
Result<void> check_store_is_there(const Arguments& arguments) {
  const std::string family = arguments.command.substr(0, arguments.command.find(' '));
  constexpr std::string_view kAskers[] = {"stats", "backup", "checkpoint", "contact", "changes", "count", "members", "explain", "export", "segment"};
  const bool asks = std::ranges::find(kAskers, family) != std::end(kAskers) && arguments.command != "segment put";
  std::error_code fault;
  const std::filesystem::file_status status = std::filesystem::status(arguments.data, fault);
  const bool is_empty = std::filesystem::is_directory(status) && std::filesystem::is_empty(arguments.data, fault);
  const bool is_missing = status.type() == std::filesystem::file_type::not_found && !std::filesystem::is_symlink(std::filesystem::symlink_status(arguments.data, fault));
  if (!asks || (!is_missing && !is_empty)) return {};
  return fail(Error{.code = ErrorCode::not_found,
                    .message = fmt::format("there is no store in {}", arguments.data),
                    .hint = "name its directory with --data; a store is made by: wanamaker import, or: wanamaker demo",
                    .where = {}});
}

int finish(const Result<int>& result, bool json, Streams streams) { return result ? *result : report(result.error(), json, streams); }

}  // namespace

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::failure: return 1;
    case ErrorCode::usage: return 2;
    case ErrorCode::not_found: return 3;
    case ErrorCode::invalid: return 4;
    case ErrorCode::not_allowed: return 5;
    case ErrorCode::conflict: return 6;
    case ErrorCode::interrupted: return 130;
    case ErrorCode::takes_too_long: return 1;
  }
  return 1;
}

int report(const Error& error, bool json, Streams streams) {
  if (json) {
    streams.err << error_json(error).dump() << '\n';
    return exit_code(error.code);
  }
  std::string place = error.where;
  if (error.position.line > 0) place = fmt::format("{}:{}", place.empty() ? "expression" : place, error.position.line);
  if (error.position.line > 0 && error.position.column > 0) place += fmt::format(":{}", error.position.column);
  streams.err << (place.empty() ? "wanamaker" : place) << ": error: " << error.message << '\n';
  if (!error.detail.empty()) streams.err << error.detail << '\n';
  if (!error.hint.empty()) streams.err << "hint: " << error.hint << '\n';
  return exit_code(error.code);
}

int run_beside(const Arguments& arguments, Workspace& workspace, Streams streams, Beside& beside) { return finish(dispatch(arguments, workspace, streams, &beside), arguments.json, streams); }

int run_in_workspace(const std::vector<std::string>& words, Workspace& workspace, Streams streams) {
  const auto parsed = parse_arguments(words);
  if (!parsed) return report(parsed.error(), std::ranges::find(words, "--json") != words.end(), streams);
  if (!parsed->arguments) return streams.out << parsed->text, 0;
  return finish(dispatch(*parsed->arguments, workspace, streams), parsed->arguments->json, streams);
}

int run_command_line(const std::vector<std::string>& words, Streams streams) {
  const auto parsed = parse_arguments(words);
  if (!parsed) return report(parsed.error(), std::ranges::find(words, "--json") != words.end(), streams);
  if (!parsed->arguments) return streams.out << parsed->text, 0;
  const Arguments& arguments = *parsed->arguments;
  const auto run = [&]() -> Result<int> {
    WM_TRY(const Timestamp now, now_of(arguments));
    if (auto done = run_without_workspace(arguments, now, streams)) return *std::move(done);
    WM_CHECK_OK(check_store_is_there(arguments));
    if (auto done = run_beside_server(words, arguments, streams)) return *std::move(done);
    WM_TRY(const std::unique_ptr<Workspace> workspace, Workspace::open(arguments.data, now));
    const auto note = [&](const std::string& text) { streams.err << (arguments.json ? Json::object().set("note", text).dump() : "wanamaker: note: " + text) << '\n'; };
    if (const std::string held = workspace->hold_clock(); !held.empty()) note(held);
    if (const auto why = workspace->engine().refuses_writes()) note(why->message);
    return dispatch(arguments, *workspace, streams);
  };
  return finish(run(), arguments.json, streams);
}

}  // namespace wanamaker
