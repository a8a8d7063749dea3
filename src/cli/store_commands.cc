#include "api/doctor.h"
#include "api/maintenance.h"
#include "cli/beside.h"
#include "cli/commands.h"
#include "cli/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace wanamaker {
namespace {

Json json_of(const BackupInfo& backup) {
  return Json::object()
      .set("backup", std::uint64_t{backup.number})
      .set("made_at", to_string(Timestamp{backup.made_at_s * 1000}))
      .set("bytes", backup.bytes)
      .set("last_command", backup.link.sequence)
      .set("fault", backup.fault.empty() ? Json() : Json(backup.fault));
}

std::string text_of(const BackupInfo& backup) {
  if (!backup.fault.empty()) return fmt::format("backup {}  DAMAGED  {}", backup.number, backup.fault);
  return fmt::format("backup {}  {}  {} bytes  up to command {}", backup.number, to_string(Timestamp{backup.made_at_s * 1000}), backup.bytes,
                     backup.link.sequence);
}

Result<int> run_verify(const Arguments& arguments, Timestamp now, Streams streams) {
  WM_TRY(const VerifyReport report, verify_store(arguments.data, now));
  streams.out << (arguments.json ? report.to_json().dump() + "\n" : report.to_text());
  return report.holds() ? 0 : exit_code(ErrorCode::failure);
}

Result<int> run_restore(const Arguments& arguments, Timestamp now, Streams streams) {
  WM_TRY(const RestoreReport report, restore_store({.from = arguments.file,
                                                    .to = arguments.data,
                                                    .number = arguments.backup,
                                                    .replaces = arguments.replace,
                                                    .erasures = arguments.erasures},
                                                   now));
  if (arguments.json) {
    Json json = json_of(report.backup);
    json.set("contacts", report.contacts).set("erased_again", report.erased_again);
    if (!report.moved_aside.empty()) json.set("moved_aside", report.moved_aside);
    streams.out << json.dump() << '\n';
    return 0;
  }
  streams.out << text_of(report.backup) << fmt::format("\nrestored: {} contacts\n", report.contacts);
  if (report.webhooks_paused > 0) streams.out << fmt::format("{} webhooks are paused: look into what they have sent, then activate them\n", report.webhooks_paused);
  if (report.erased_again > 0) streams.out << fmt::format("erased again: {} contacts that were erased after the backup\n", report.erased_again);
  if (!report.moved_aside.empty()) streams.out << fmt::format("the store that was there: {}\n", report.moved_aside);
  return 0;
}

Result<int> run_doctor(const Arguments& arguments, Streams streams) {
  if (!arguments.file.empty()) {
    WM_TRY(const Json exported, export_damaged(arguments.data, arguments.file));
    streams.out << (arguments.json ? exported.dump() + "\n" : export_text(exported));
    return is_whole(exported) ? 0 : kExitIncomplete;
  }
  WM_TRY(const Json report, doctor_json(arguments.data));
  streams.out << (arguments.json ? report.dump() + "\n" : doctor_text(report));
  return *report.find("opens")->as_bool() && *report.find("has_ledger")->as_bool() ? 0 : exit_code(ErrorCode::failure);
}

Result<int> run_backup_list(const Arguments& arguments, Streams streams) {
  WM_TRY(const std::vector<BackupInfo> backups, list_backups(arguments.file, arguments.check ? BackupLook::every_byte : BackupLook::entries));
  Json list = Json::array();
  for (const BackupInfo& backup : backups) {
    if (!arguments.json) streams.out << text_of(backup) << '\n';
    list.push(json_of(backup));
  }
  if (arguments.json) streams.out << list.dump() << '\n';
  const bool is_damaged = std::ranges::any_of(backups, [](const BackupInfo& backup) { return !backup.fault.empty(); });
  return arguments.check && is_damaged ? exit_code(ErrorCode::failure) : 0;
}

// These look at the files themselves.
std::optional<Result<int>> run_on_files(const Arguments& arguments, Timestamp now, Streams streams) {
  if (arguments.command != "verify" && arguments.command != "restore" && arguments.command != "doctor") return std::nullopt;
  if (const auto server = LocalLine::to(arguments.data); server && *server) {
    std::ignore = report({.code = ErrorCode::conflict, .message = fmt::format("{} goes to the files of the store, and a server holds them", arguments.command), .detail = {}, .hint = "stop the server first", .where = arguments.data}, arguments.json, streams);
    return kExitUnreachable;
  }
  if (arguments.command == "verify") return run_verify(arguments, now, streams);
  if (arguments.command == "restore") return run_restore(arguments, now, streams);
  return run_doctor(arguments, streams);
}

}  // namespace

std::optional<Result<int>> run_without_workspace(const Arguments& arguments, Timestamp now, Streams streams) {
  if (arguments.command == "serve") {
    Arguments settled = arguments;
    if (const auto good = settle_serve(settled, streams); !good) return fail(good.error());
    return run_serve(settled, now, streams);
  }
  if (auto done = run_config(arguments, streams)) return *std::move(done);
  if (auto done = run_on_files(arguments, now, streams)) return *std::move(done);
  if (arguments.command == "backup" && (arguments.list || arguments.check)) return run_backup_list(arguments, streams);
  return std::nullopt;
}

Result<int> run_store(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.command == "stats") {
    WM_TRY(const Json stats, stats_json(context.workspace));
    context.streams.out << (arguments.json ? stats.dump() + "\n" : stats_text(stats));
    return 0;
  }
  if (arguments.command == "backup") {
    const std::filesystem::path asked_in = context.beside == nullptr ? std::string() : context.beside->directory;
    WM_TRY(const BackupInfo backup, context.workspace.unheld().back_up((asked_in / arguments.file).string(), arguments.keep));
    context.streams.out << (arguments.json ? json_of(backup).dump() : text_of(backup)) << '\n';
    return 0;
  }
  Engine& engine = context.workspace.unheld();
  WM_TRY(const CheckpointReport report, arguments.compact ? engine.rewrite() : engine.checkpoint());
  if (arguments.json) {
    Json json = Json::object().set("last_command", report.sequence).set("pages", report.written.pages).set("bytes", report.written.bytes);
    context.streams.out << json.dump() << '\n';
  } else {
    context.streams.out << fmt::format("checkpoint up to command {}: {} pages, {} bytes written\n", report.sequence, report.written.pages,
                                       report.written.bytes);
  }
  return 0;
}

}  // namespace wanamaker
