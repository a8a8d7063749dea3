#include "store/database.h"

#include "store/frames.h"
#include "store/io_error.h"
#include "store/log_room.h"

#include <fmt/format.h>
#include <rocksdb/convenience.h>
#include <rocksdb/table.h>

#include <charconv>

namespace wanamaker {
namespace {

constexpr std::size_t kLogBufferBytes = 64U << 20;    // a checkpoint comes before it is full, so blocks of the log are written once
constexpr std::size_t kPagesBufferBytes = 16U << 20;  // pages go to files as they come
constexpr std::size_t kReadAheadBytes = 2U << 20;     // both families are read from end to end
constexpr std::size_t kPageBlockBytes = 64U << 10;    // pages are large; small blocks would only cost index entries
constexpr int kOpenFilesMax = 64;
constexpr std::uint64_t kFilesMax = 8;  // of the newest level: so often the pages are written once more

rocksdb::DBOptions database_options(rocksdb::Env* env, Database::Presence presence) {
  rocksdb::DBOptions options;
  options.env = env;
  // A store that is complete has a database; an empty one in its place would hide that it is gone.
  options.create_if_missing = presence == Database::Presence::may_be_new;
  options.create_missing_column_families = true;  // stores of format 1 have no pages
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = true;
  if (presence == Database::Presence::is_damaged) options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  options.max_bgerror_resume_count = 0;  // after a failed write nothing is retried behind our back
  options.allow_fallocate = false;  // else each write-ahead log takes a tenth more than a whole buffer on the disk; its room is log_room.h's
  options.avoid_flush_during_recovery = true;
  options.avoid_flush_during_shutdown = true;
  options.max_background_jobs = 2;
  options.max_open_files = kOpenFilesMax;
  options.max_file_opening_threads = 1;
  options.skip_stats_update_on_db_open = true;  // statistics serve compactions of overwritten keys; ours are written once
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::InfoLogLevel::ERROR_LEVEL;
  options.keep_log_file_num = 2;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(std::size_t buffer_bytes) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = buffer_bytes;
  options.max_write_buffer_number = 2;
  options.disable_auto_compactions = true;  // see compact_if_due()
  options.compression = rocksdb::kNoCompression;  // pages are packed already; blocks of the log live for minutes
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;  // read once, in order
  table.block_size = kPageBlockBytes;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

Database::Database(std::string path, const StoreOptions& options)
    : path_(std::move(path)), file_system_(options.file_system ? options.file_system : rocksdb::FileSystem::Default()) {
  if (options.file_system) env_ = rocksdb::NewCompositeEnv(options.file_system);
  log_env_ = rocksdb::NewCompositeEnv(std::make_shared<LogRoom>(file_system_));
}

Database::~Database() { close(); }

void Database::close() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  handles_.clear();
  db_.reset();
}

Result<std::unique_ptr<Database>> Database::open_for_reading(const std::string& directory, const StoreOptions& options,
                                                             Presence presence) {
  std::unique_ptr<Database> database(new Database(directory, options));
  database->presence_ = presence;
  WM_CHECK_OK(database->open(presence == Presence::may_be_new));
  return database;
}

Result<void> Database::open_for_writing() {
  close();
  auto opened = open(true);
  if (opened) return {};
  WM_CHECK_OK(open(false));
  return opened;
}

Result<void> Database::open(bool for_writing) {
  if (const std::string place = describe_repetition(path_); !place.empty()) {
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("the store cannot be opened: {}", place),
                      .hint = "a file was copied over another or written twice; restore a backup",
                      .where = path_});
  }
  const rocksdb::DBOptions options = database_options(for_writing ? log_env_.get() : env(), presence_);
  std::vector<rocksdb::ColumnFamilyDescriptor> families{{rocksdb::kDefaultColumnFamilyName, family_options(kLogBufferBytes)},
                                                        {"pages", family_options(kPagesBufferBytes)}};
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  if (for_writing) {
    status = rocksdb::DB::Open(options, path_, families, &handles_, &db);
  } else {
    status = rocksdb::DB::OpenForReadOnly(options, path_, families, &handles_, &db);
    if (status.IsInvalidArgument()) {  // no pages yet: a store of format 1
      families.pop_back();
      status = rocksdb::DB::OpenForReadOnly(options, path_, families, &handles_, &db);
    }
  }
  if (!status.ok()) return fail(error_of(status, "the store cannot be opened"));
  db_.reset(db);
  return {};
}

std::unique_ptr<rocksdb::Iterator> Database::iterator(Family which) {
  if (static_cast<std::size_t>(which) >= handles_.size()) return std::unique_ptr<rocksdb::Iterator>(rocksdb::NewEmptyIterator());
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  options.readahead_size = kReadAheadBytes;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, family(which)));
}

Result<void> Database::compact_if_due(Family which) {
  std::string count;
  db_->GetProperty(family(which), rocksdb::DB::Properties::kNumFilesAtLevelPrefix + "0", &count);
  std::uint64_t files = 0;
  std::from_chars(count.data(), count.data() + count.size(), files);
  if (files < kFilesMax) return {};
  const rocksdb::Status status = db_->CompactRange(rocksdb::CompactRangeOptions(), family(which), nullptr, nullptr);
  if (!status.ok()) return fail(error_of(status, "the files of the store could not be merged"));
  return {};
}

Result<std::uint64_t> Database::free_bytes() const {
  std::uint64_t bytes = 0;
  const rocksdb::IOStatus status = file_system_->GetFreeSpace(path_, {}, &bytes, nullptr);
  if (!status.ok()) return fail(error_of(status, "the room on the disk cannot be found out"));
  return bytes;
}

Error Database::error_of(const rocksdb::Status& status, std::string_view what) const {
  const bool is_damaged = status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound();
  std::string message = fmt::format("{}: {}", what, status.ToString());
  if (is_damaged) {
    if (const std::string place = describe_damage(path_); !place.empty()) message += fmt::format("; {}", place);
  }
  const std::string_view hint = is_damaged ? "see what can be read with: wanamaker doctor; or restore a backup" : hint_for(status);
  return Error{.code = ErrorCode::failure, .message = std::move(message), .hint = std::string(hint), .where = path_};
}

}  // namespace wanamaker
