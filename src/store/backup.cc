#include "store/backup.h"

#include "base/bytes.h"
#include "store/database.h"
#include "store/io_error.h"
#include "store/paths.h"
#include "store/private_directory.h"

#include <fmt/format.h>
#include <rocksdb/utilities/backup_engine.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBackupText = "wanamaker backup\nformat 1\n";
constexpr std::string_view kTakeAnother = "see which backups are whole with: wanamaker backup DIR --check; take one of them with --backup N";

std::string files_of(const std::string& directory) { return directory + "/files"; }

// A file of a backup that is gone, or its description; found from the description, which has a line "FILE crc32 NUMBER" for each.
std::string missing_of(const std::string& directory, std::uint32_t number) {
  const std::string meta = fmt::format("{}/meta/{}", files_of(directory), number);
  std::ifstream in(meta);
  if (!in) return fmt::format("{} is gone", meta);
  std::error_code fault;
  for (std::string line; std::getline(in, line);) {
    const std::size_t end = line.find(" crc32 ");
    if (end == std::string::npos) continue;
    const std::string file = fmt::format("{}/{}", files_of(directory), line.substr(0, end));
    if (!fs::exists(file, fault)) return fmt::format("{} is gone", file);
  }
  return fmt::format("{} is damaged", meta);
}

std::unexpected<Error> backup_error(const rocksdb::Status& status, std::string_view what, const std::string& directory) {
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("{}: {}", what, status.ToString()),
                    .hint = std::string(status.IsCorruption() || status.IsNotFound() ? kTakeAnother : hint_for(status)),
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
  return fail(ErrorCode::failure, "the backup is damaged: its metadata do not name a place of the log", std::string(kTakeAnother));
}

Result<BackupInfo> info_of(const rocksdb::BackupInfo& backup) {
  WM_TRY(const ChainLink link, decode_link(backup.app_metadata));
  return BackupInfo{.number = backup.backup_id, .made_at_s = backup.timestamp, .bytes = backup.size, .link = link};
}

Result<void> prepare(const std::string& directory, rocksdb::FileSystem& files) {
  std::error_code fault;
  make_private_directory(directory, fault);
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
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("{}/BACKUP is damaged at offset 0", directory),
                      .hint = R"(if the directory is one of backups, write that file anew: printf 'wanamaker backup\nformat 1\n' > BACKUP)",
                      .where = directory});
  }
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  const rocksdb::IOStatus status =
      rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), rocksdb::BackupEngineOptions(files_of(directory)), &engine);
  if (!status.ok()) return backup_error(status, "the backups cannot be read", directory);
  return std::unique_ptr<rocksdb::BackupEngineReadOnly>(engine);
}

// The highest number that left a trace, also of a backup whose description is gone.
std::uint32_t newest_trace(const std::string& directory) {
  std::uint32_t newest = 0;
  std::error_code fault;
  for (fs::directory_iterator entry(files_of(directory) + "/private", fault), end; !fault && entry != end; entry.increment(fault)) {
    const std::string name = entry->path().filename();
    std::uint32_t number = 0;
    const auto [stop, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (wrong == std::errc() && stop == name.data() + name.size()) newest = std::max(newest, number);
  }
  return newest;
}

Result<rocksdb::BackupInfo> find_backup(const rocksdb::BackupEngineReadOnly& engine, std::uint32_t number, const std::string& directory) {
  std::vector<rocksdb::BackupID> damaged;
  engine.GetCorruptedBackups(&damaged);
  std::vector<rocksdb::BackupInfo> backups;
  engine.GetBackupInfo(&backups);
  const std::uint32_t newest = std::max({backups.empty() ? 0 : backups.back().backup_id, damaged.empty() ? 0 : std::ranges::max(damaged),
                                         newest_trace(directory)});
  const std::uint32_t wanted = number == 0 ? newest : number;
  for (const rocksdb::BackupInfo& backup : backups)
    if (backup.backup_id == wanted) return backup;
  if (std::ranges::find(damaged, wanted) != damaged.end()) {
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("backup {} is damaged: {}", wanted, missing_of(directory, wanted)),
                      .hint = std::string(kTakeAnother),
                      .where = directory});
  }
  if (number == 0 && wanted != 0) {
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("backup {} was cut short, or its file {}/meta/{} is gone", wanted, files_of(directory), wanted),
                      .hint = std::string(kTakeAnother),
                      .where = directory});
  }
  return fail(Error{.code = ErrorCode::not_found, .message = fmt::format("there is no backup {} in {}", wanted, directory), .where = directory});
}

std::string ledger_of(const std::string& directory, std::uint32_t number) { return fmt::format("{}/ledgers/{}", directory, number); }

// From its file, which is replaced whole: the ledger in memory belongs to the writer.
Result<Erasures> ledger_now(Store& store) { return Erasures::read(store.database().file_system(), store.erasures_path()); }

// The newest ledger of all backups. Errors: conflict, when they are of another store.
Result<void> merge_ledger(rocksdb::FileSystem& files, const std::string& directory, const Erasures& ledger) {
  auto newest = Erasures::read(files, directory + "/ERASED");
  if (newest) return newest->merge(ledger);
  if (newest.error().code == ErrorCode::not_found) return ledger.copy_to(directory + "/ERASED");
  return fail(std::move(newest).error());
}

// Ledgers of backups that are gone go too; one that stays does no harm.
void drop_old_ledgers(const std::string& directory, const rocksdb::BackupEngine& engine) {
  std::vector<rocksdb::BackupInfo> backups;
  engine.GetBackupInfo(&backups);
  std::error_code fault;
  for (fs::directory_iterator entry(directory + "/ledgers", fault), end; !fault && entry != end; entry.increment(fault)) {
    const std::string name = entry->path().filename();
    const auto is_of = [&](const rocksdb::BackupInfo& backup) { return std::to_string(backup.backup_id) == name; };
    std::error_code ignored;
    if (std::ranges::none_of(backups, is_of)) fs::remove(entry->path(), ignored);
  }
}

Result<void> read_again(const rocksdb::BackupEngine& engine, std::uint32_t number, const std::string& directory) {
  const rocksdb::Status status = engine.VerifyBackup(number, true);
  if (status.ok()) return {};
  const bool is_damaged = status.IsCorruption() || status.IsNotFound();
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("no backup was made: what was written to {}, or is shared there with older backups, reads back wrong: {}",
                                           directory, status.ToString()),
                    .hint = is_damaged ? "back up into a new directory; see which backups here are whole with: wanamaker backup DIR --check"
                                       : std::string(hint_for(status)),
                    .where = directory});
}

}  // namespace

Result<BackupInfo> back_up(Store& store, const std::string& directory, std::uint32_t keep) {
  Database& database = store.database();
  WM_CHECK_OK(check_apart(store.path(), directory));
  WM_CHECK_OK(prepare(directory, database.file_system()));
  WM_TRY(const StoreDirectory held, StoreDirectory::hold(directory));  // one backup at a time, of whatever store
  WM_TRY(const Erasures ledger, ledger_now(store));
  WM_CHECK_OK(merge_ledger(database.file_system(), directory, ledger));  // first of all: it also tells whose backups these are
  std::error_code fault;
  fs::create_directories(directory + "/ledgers", fault);
  if (fault) return fail(ErrorCode::failure, fmt::format("cannot make the directory {}/ledgers: {}", directory, fault.message()));
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
  if (!status.ok()) return backup_error(status, "the backup could not be made", directory);
  // What this backup has forgotten already. Without it the backup cannot be restored, so it is not kept.
  auto whole = ledger.copy_to(ledger_of(directory, id));
  if (whole) whole = read_again(*engine, id, directory);
  if (!whole) {
    engine->DeleteBackup(id).PermitUncheckedError();
    return fail(std::move(whole).error());
  }
  status = engine->PurgeOldBackups(std::max(keep, 1U));
  if (!status.ok()) return backup_error(status, "old backups could not be deleted", directory);
  drop_old_ledgers(directory, *engine);
  WM_CHECK_OK(sync_parent(files_of(directory)));  // the names of what was made in it, and its own
  WM_CHECK_OK(sync_parent(directory));
  rocksdb::BackupInfo info;
  const rocksdb::Status found = engine->GetBackupInfo(id, &info);
  if (!found.ok()) return backup_error(found, "the backup could not be made", directory);
  return info_of(info);
}

Result<std::vector<BackupInfo>> list_backups(const std::string& directory, BackupLook look) {
  WM_TRY(const auto engine, open_backups(directory));
  std::vector<rocksdb::BackupInfo> backups;
  engine->GetBackupInfo(&backups);
  std::vector<BackupInfo> infos;
  for (const rocksdb::BackupInfo& backup : backups) {
    auto info = info_of(backup);
    infos.push_back(info ? *info : BackupInfo{.number = backup.backup_id, .fault = info.error().message});
    if (look == BackupLook::entries || !info) continue;
    const rocksdb::Status status = engine->VerifyBackup(backup.backup_id, true);
    const auto ledger = Erasures::read(*rocksdb::FileSystem::Default(), ledger_of(directory, backup.backup_id));
    if (!status.ok()) infos.back().fault = status.ToString();
    else if (!ledger) infos.back().fault = ledger.error().message;
  }
  std::vector<rocksdb::BackupID> damaged;
  engine->GetCorruptedBackups(&damaged);
  for (const rocksdb::BackupID number : damaged) infos.push_back({.number = number, .fault = missing_of(directory, number)});
  const std::uint32_t trace = newest_trace(directory);
  if (std::ranges::all_of(infos, [&](const BackupInfo& info) { return info.number < trace; })) {
    if (trace > 0) infos.push_back({.number = trace, .fault = fmt::format("it was cut short, or its file {}/meta/{} is gone", files_of(directory), trace)});
  }
  if (look == BackupLook::every_byte) {
    const auto newest = Erasures::read(*rocksdb::FileSystem::Default(), directory + "/ERASED");
    for (BackupInfo& info : infos) if (!newest && info.fault.empty()) info.fault = newest.error().message;
  }
  std::ranges::sort(infos, {}, &BackupInfo::number);
  return infos;
}

Result<BackupInfo> restore_files(const std::string& directory, const std::string& target, std::uint32_t number) {
  rocksdb::FileSystem& files = *rocksdb::FileSystem::Default();
  WM_TRY(const auto engine, open_backups(directory));
  WM_TRY(const rocksdb::BackupInfo backup, find_backup(*engine, number, directory));
  WM_TRY(const BackupInfo info, info_of(backup));
  auto ledger = Erasures::read(files, ledger_of(directory, backup.backup_id));
  if (!ledger) return fail(ErrorCode::failure, fmt::format("backup {} is damaged: {}", backup.backup_id, ledger.error().message), std::string(kTakeAnother));
  rocksdb::Status status = engine->VerifyBackup(backup.backup_id, true);
  if (!status.ok()) return backup_error(status, fmt::format("backup {} is damaged", backup.backup_id), directory);
  std::error_code fault;
  make_private_directory(target, fault);
  if (fault) return fail(ErrorCode::failure, fmt::format("cannot make the directory {}: {}", target, fault.message()));
  status = engine->RestoreDBFromBackup(backup.backup_id, target + "/db", target + "/db");
  if (!status.ok()) return backup_error(status, fmt::format("backup {} cannot be restored", backup.backup_id), directory);
  WM_CHECK_OK(ledger->copy_to(target + "/ERASED"));
  WM_CHECK_OK(Mark::create(files, target, info.link));
  WM_CHECK_OK(StoreDirectory::mark_complete(files, target));
  return info;
}

}  // namespace wanamaker
