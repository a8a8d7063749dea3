#include "store/log.h"

#include "store/directory.h"
#include "store/record.h"

#include <fmt/format.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace wanamaker {
namespace {

constexpr std::size_t kWriteBufferBytes = 16U << 20;  // what a start reads again from the write-ahead log; some 20 import batches
constexpr std::size_t kReadAheadBytes = 2U << 20;     // replay reads from the first record to the last

rocksdb::Options log_options(StoreDirectory::Content content) {
  rocksdb::Options options;
  // A store that is complete has a log; an empty one in its place would hide that it is gone.
  options.create_if_missing = content == StoreDirectory::Content::unfinished;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = true;
  options.max_bgerror_resume_count = 0;  // after a failed write nothing is retried behind our back
  options.write_buffer_size = kWriteBufferBytes;
  options.max_write_buffer_number = 2;
  options.max_background_jobs = 2;
  options.max_open_files = 64;
  options.max_file_opening_threads = 1;
  options.skip_stats_update_on_db_open = true;  // statistics serve compactions of overwritten keys; ours are written once
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::InfoLogLevel::ERROR_LEVEL;
  options.keep_log_file_num = 2;
  const auto supported = rocksdb::GetSupportedCompressions();
  const bool has_lz4 = std::find(supported.begin(), supported.end(), rocksdb::kLZ4Compression) != supported.end();
  options.compression = has_lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;  // records are read once, in order
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

std::string_view view_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Error storage_error(const rocksdb::Status& status, std::string_view what, const std::string& directory) {
  const bool is_full = status.IsNoSpace();
  const bool is_damaged = status.IsCorruption();
  const char* hint = is_full      ? "make room on the disk and start again"
                     : is_damaged ? "the store is damaged; restore it from a backup"
                                  : "check that the directory can be read and written, and look into the machine's log for disk errors";
  return Error{.code = ErrorCode::failure, .message = fmt::format("{}: {}", what, status.ToString()), .hint = hint, .where = directory};
}

}  // namespace

struct Log::Parts {
  StoreDirectory directory;  // declared first: the lock goes last
  std::unique_ptr<rocksdb::Env> env = {};  // of another file system than the machine's
  std::unique_ptr<rocksdb::DB> db;
  ChainLink last = {};
  std::optional<Error> closed_by = {};  // the first failed write

  std::unique_ptr<rocksdb::Iterator> iterator() const {
    rocksdb::ReadOptions options;
    options.verify_checksums = true;
    options.fill_cache = false;
    options.readahead_size = kReadAheadBytes;
    return std::unique_ptr<rocksdb::Iterator>(db->NewIterator(options));
  }
  std::unexpected<Error> located(Error error) const {
    error.where = directory.path();
    return fail(std::move(error));
  }
  Result<void> find_last();
};

// The last record gives the end of the chain, on which the next one is built.
Result<void> Log::Parts::find_last() {
  const auto at = iterator();
  at->SeekToLast();
  if (!at->status().ok()) return fail(storage_error(at->status(), "the log cannot be read", directory.path()));
  if (!at->Valid()) return {};
  const auto sequence = decode_sequence(view_of(at->key()));
  if (!sequence) return located(sequence.error());
  const auto record = check_record(*sequence, view_of(at->value()));
  if (!record) return located(record.error());
  last = record->link;
  return {};
}

Log::Log(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::open(const std::string& directory, const StoreOptions& options) {
  WM_TRY(StoreDirectory held, StoreDirectory::open(directory));
  const auto content = held.content();
  rocksdb::Options database_options = log_options(content);
  std::unique_ptr<rocksdb::Env> env;
  if (options.file_system) {
    env = rocksdb::NewCompositeEnv(options.file_system);
    database_options.env = env.get();
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(database_options, held.log_path(), &db);
  if (!status.ok()) return fail(storage_error(status, "the log cannot be opened", directory));
  auto parts = std::make_unique<Parts>(Parts{.directory = std::move(held), .env = std::move(env), .db = std::unique_ptr<rocksdb::DB>(db)});
  WM_CHECK_OK(parts->find_last());
  if (content == StoreDirectory::Content::unfinished) {
    if (parts->last.sequence != 0) {
      return fail(Error{.code = ErrorCode::failure,
                        .message = fmt::format("the store {} has records but its file FORMAT is gone", directory),
                        .hint = "restore the store from a backup",
                        .where = directory});
    }
    WM_CHECK_OK(parts->directory.complete());
  }
  return std::unique_ptr<Log>(new Log(std::move(parts)));
}

Result<void> Log::append(const Command& command) {
  if (parts_->closed_by) return fail(*parts_->closed_by);
  auto record = encode_record(command, parts_->last);
  if (!record) return parts_->located(std::move(record).error());
  rocksdb::WriteOptions options;
  options.sync = true;
  const rocksdb::Status status = parts_->db->Put(options, encode_sequence(record->link.sequence), record->value);
  if (status.ok()) {
    parts_->last = record->link;
    return {};
  }
  Error error = storage_error(status, fmt::format("record {} could not be written", record->link.sequence), parts_->directory.path());
  parts_->closed_by = error;
  parts_->closed_by->message = "the log takes no more writes since " + error.message;
  return fail(std::move(error));
}

Result<void> Log::replay(const std::function<Result<void>(Command&&)>& visit) {
  ChainLink before;
  const auto at = parts_->iterator();
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    const auto sequence = decode_sequence(view_of(at->key()));
    if (!sequence) return parts_->located(sequence.error());
    const auto record = check_record(*sequence, view_of(at->value()));
    if (!record) return parts_->located(record.error());
    auto command = decode_record(*record, before);
    if (!command) return parts_->located(std::move(command).error());
    before = record->link;
    WM_CHECK_OK(visit(*std::move(command)));
  }
  if (!at->status().ok()) {
    return fail(
        storage_error(at->status(), fmt::format("the log cannot be read after record {}", before.sequence), parts_->directory.path()));
  }
  if (before.sequence == parts_->last.sequence && before.checksum == parts_->last.checksum) return {};
  return parts_->located({.code = ErrorCode::failure,
                          .message = fmt::format("the log ends at record {}; it had {}", before.sequence, parts_->last.sequence),
                          .hint = "restore the store from a backup"});
}

std::uint64_t Log::records() const { return parts_->last.sequence; }

}  // namespace wanamaker
