// Backups while everything goes on. Where they go is for whoever starts the server to say, never for a request.
#include "api/http/routes.h"

#include <fmt/format.h>

namespace wanamaker::handlers {
namespace {

Json backup_json(const BackupInfo& backup) {
  return Json::object().set("backup", std::uint64_t{backup.number}).set("made_at", to_string(Timestamp{backup.made_at_s * 1000})).set("bytes", backup.bytes)
      .set("last_command", backup.link.sequence).set("whole", backup.fault.empty());
}

Result<std::string> directory_of(Call& call) {
  const std::string& directory = call.service().backups();
  if (!directory.empty()) return directory;
  return fail(ErrorCode::conflict, "the server was not told where backups go", "start it with: wanamaker serve --backups DIR");
}

}  // namespace

Result<HttpResponse> list_backups(Call& call) {
  WM_TRY(const std::string directory, directory_of(call));
  Json list = Json::array();
  const auto backups = wanamaker::list_backups(directory);
  if (!backups && backups.error().code != ErrorCode::not_found) return fail(backups.error());
  if (backups) for (const BackupInfo& backup : *backups) list.push(backup_json(backup));
  return answer_json(Json::object().set("backups", std::move(list)));
}

Result<HttpResponse> make_backup(Call& call) {
  WM_TRY(const std::string directory, directory_of(call));
  auto made = call.service().store().engine().back_up(directory);
  // What stands in the way names places of the machine.
  if (!made && made.error().code != ErrorCode::failure) return fail(ErrorCode::conflict, "no backup can be made where the server was told to", "wanamaker backup DIR says why");
  if (!made) return fail(std::move(made).error());
  return call.done(answer_json(backup_json(*made), 201));
}

}  // namespace wanamaker::handlers
