#include "store/backup.h"

#include "base/bytes.h"
#include "store/database.h"

#include <fmt/format.h>
#include <rocksdb/utilities/backup_engine.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBackupText = "wanamaker backup\nformat 1\n";

std::string files_of(const std::string& directory) { return directory + "/files"; }

std::unexpected<Error> backup_error(const rocksdb::Status& status, std::string_view what, const std::string& directory) {
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("{}: {}", what, status.ToString()),
                    .hint = status.IsCorruption() ? "take another backup: wanamaker backup DIR --list" : "",
                    .where = directory});
}

std::string encode_link(ChainLink link) {
  const std::string text = fmt::format("{} {}", link.sequence, link.checksum);
  return fmt::format("{} {}", text, XXH3_64bits(text.data(), text.size()));
}

Result<ChainLink> decode_link(const std::string& text) {
  ChainLink link;
  std::istringstream in(text);
  if (in >> link.sequence >> link.checksum && encode_link(link) == text) return link;
  return fail(ErrorCode::failure, "the backup is damaged: its metadata do not name a place of the log", "take another backup");
}

Result<BackupInfo> info_of(const rocksdb::BackupInfo& backup) {
  WM_TRY(const ChainLink link, decode_link(backup.app_metadata));
  return BackupInfo{.number = backup.backup_id, .made_at_s = backup.timestamp, .bytes = backup.size, .link = link};
}

Result<void> prepare(const std::string& directory, rocksdb::FileSystem& files) {
  std::error_code fault;
  fs::create_directories(directory, fault);
  const bool is_empty = fs::is_empty(directory, fault);
  if (fault) return fail(ErrorCode::failure, fmt::format("cannot make the directory {}: {}", directory, fault.message()));
  std::string text;
  const std::string path = directory + "/BACKUP";
  if (is_empty) {
    const rocksdb::IOStatus status = rocksdb::WriteStringToFile(&files, std::string(kBackupText), path, true);
    if (!status.ok()) return backup_error(status, "the backup cannot be written", directory);
    return {};
  }
  if (rocksdb::ReadFileToString(&files, path, &text).ok() && text == kBackupText) return {};
  return fail(Error{.code = ErrorCode::not_allowed,
                    .message = fmt::format("{} is not empty and holds no backups", directory),
                    .hint = "name an empty directory, or one that is not there yet",
                    .where = directory});
}

Result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> open_backups(const std::string& directory) {
  std::string text;
  const rocksdb::IOStatus read = rocksdb::ReadFileToString(rocksdb::FileSystem::Default().get(), directory + "/BACKUP", &text);
  if (!read.ok()) {
    return fail(Error{.code = ErrorCode::not_found, .message = fmt::format("there is no backup in {}", directory), .where = directory});
  }
  if (text != kBackupText) {
    return fail(Error{.code = ErrorCode::failure, .message = fmt::format("{}/BACKUP is damaged at offset 0", directory), .where = directory});
  }
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  const rocksdb::IOStatus status =
      rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), rocksdb::BackupEngineOptions(files_of(directory)), &engine);
  if (!status.ok()) return backup_error(status, "the backups cannot be read", directory);
  return std::unique_ptr<rocksdb::BackupEngineReadOnly>(engine);
}

Result<rocksdb::BackupInfo> find_backup(const rocksdb::BackupEngineReadOnly& engine, std::uint32_t number, const std::string& directory) {
  std::vector<rocksdb::BackupID> damaged;
  engine.GetCorruptedBackups(&damaged);
  std::vector<rocksdb::BackupInfo> backups;
  engine.GetBackupInfo(&backups);
  const std::uint32_t newest = std::max(backups.empty() ? 0 : backups.back().backup_id, damaged.empty() ? 0 : damaged.back());
  const std::uint32_t wanted = number == 0 ? newest : number;
  for (const rocksdb::BackupInfo& backup : backups)
    if (backup.backup_id == wanted) return backup;
  if (std::ranges::find(damaged, wanted) != damaged.end()) {
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("backup {} is damaged: {}/meta/{} or a file that it names", wanted, files_of(directory), wanted),
                      .hint = "take another backup: wanamaker backup DIR --list",
                      .where = directory});
  }
  return fail(Error{.code = ErrorCode::not_found, .message = fmt::format("there is no backup {} in {}", wanted, directory), .where = directory});
}

}  // namespace

Result<BackupInfo> back_up(Store& store, const std::string& directory, std::uint32_t keep) {
  Database& database = store.database();
  WM_CHECK_OK(prepare(directory, database.file_system()));
  rocksdb::BackupEngineOptions options(files_of(directory), database.env());
  options.share_files_with_checksum = true;
  options.sync = true;
  rocksdb::BackupEngine* opened = nullptr;
  rocksdb::IOStatus status = rocksdb::BackupEngine::Open(rocksdb::Env::Default(), options, &opened);
  if (!status.ok()) return backup_error(status, "the backup cannot be written", directory);
  const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  const ChainLink link = store.log().last();  // the backup holds this at least
  rocksdb::BackupID id = 0;
  status = engine->CreateNewBackupWithMetadata(rocksdb::CreateBackupOptions(), &database.db(), encode_link(link), &id);
  if (status.ok()) status = engine->PurgeOldBackups(std::max(keep, 1U));
  if (!status.ok()) return backup_error(status, "the backup could not be made", directory);
  WM_TRY(Erasures * ledger, store.erasures());
  WM_TRY(Erasures copy, Erasures::open(database.file_system(), directory + "/ERASED"));
  WM_CHECK_OK(copy.merge(*ledger));
  rocksdb::BackupInfo info;
  const rocksdb::Status found = engine->GetBackupInfo(id, &info);
  if (!found.ok()) return backup_error(found, "the backup could not be made", directory);
  return info_of(info);
}

Result<std::vector<BackupInfo>> list_backups(const std::string& directory) {
  WM_TRY(const auto engine, open_backups(directory));
  std::vector<rocksdb::BackupInfo> backups;
  engine->GetBackupInfo(&backups);
  std::vector<BackupInfo> infos;
  for (const rocksdb::BackupInfo& backup : backups) {
    WM_TRY(BackupInfo info, info_of(backup));
    infos.push_back(info);
  }
  return infos;
}

Result<BackupInfo> restore_files(const std::string& directory, const std::string& target, std::uint32_t number) {
  rocksdb::FileSystem& files = *rocksdb::FileSystem::Default();
  WM_TRY(const auto engine, open_backups(directory));
  WM_TRY(const rocksdb::BackupInfo backup, find_backup(*engine, number, directory));
  WM_TRY(const BackupInfo info, info_of(backup));
  WM_TRY(const Erasures ledger, Erasures::read(files, directory + "/ERASED"));
  rocksdb::Status status = engine->VerifyBackup(backup.backup_id, true);
  if (!status.ok()) return backup_error(status, fmt::format("backup {} is damaged", backup.backup_id), directory);
  std::error_code fault;
  fs::create_directories(target, fault);
  if (fault) return fail(ErrorCode::failure, fmt::format("cannot make the directory {}: {}", target, fault.message()));
  status = engine->RestoreDBFromBackup(backup.backup_id, target + "/db", target + "/db");
  if (!status.ok()) return backup_error(status, fmt::format("backup {} cannot be restored", backup.backup_id), directory);
  WM_TRY(Erasures copy, Erasures::open(files, target + "/ERASED"));
  WM_CHECK_OK(copy.merge(ledger));
  WM_CHECK_OK(Mark::create(files, target, info.link));
  WM_CHECK_OK(StoreDirectory::mark_complete(files, target));
  return info;
}

}  // namespace wanamaker
