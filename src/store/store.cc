#include "store/store.h"

#include "store/database.h"

#include <fmt/format.h>

namespace wanamaker {

Store::Store(StoreDirectory directory) : directory_(std::move(directory)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& directory, const StoreOptions& options, Access access) {
  const bool reads_only = access == Access::read_only;
  WM_TRY(StoreDirectory held, StoreDirectory::open(directory, reads_only ? StoreDirectory::Presence::must_be_there
                                                                         : StoreDirectory::Presence::may_be_new));
  std::unique_ptr<Store> store(new Store(std::move(held)));
  const bool is_new = store->directory_.content() == StoreDirectory::Content::unfinished;
  if (is_new && reads_only) return fail(ErrorCode::not_found, fmt::format("there is no store in {}", directory));
  WM_CHECK_OK(is_new ? store->make(options) : store->open_existing(options, access));
  return store;
}

// FORMAT comes last: a start that is cut short before it has acknowledged nothing and is simply made again.
Result<void> Store::make(const StoreOptions& options) {
  const std::shared_ptr<rocksdb::FileSystem> files = options.file_system ? options.file_system : rocksdb::FileSystem::Default();
  if (const auto mark = Mark::read(*files, path()); mark && mark->sequence != 0) {
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("the file {}/FORMAT is gone; {} commands were acknowledged here (MARK)", path(), mark->sequence),
                      .hint = "see what can be read with: wanamaker doctor; or restore a backup",
                      .where = path()});
  }
  WM_TRY(database_, Database::open_for_reading(directory_.database_path(), options, Database::Presence::may_be_new));
  log_ = std::make_unique<Log>(*database_);
  pages_ = std::make_unique<Pages>(*database_);
  WM_CHECK_OK(pages_->open());
  WM_CHECK_OK(log_->find_last(pages_->catalog().link));
  if (log_->last().sequence != 0) {
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("the store {} has records but its file FORMAT is gone", path()),
                      .hint = "restore the store from a backup",
                      .where = path()});
  }
  WM_CHECK_OK(Erasures::create(database_->file_system(), erasures_path()));
  WM_CHECK_OK(Mark::create(database_->file_system(), path(), {}));
  WM_CHECK_OK(directory_.complete(database_->file_system()));
  WM_TRY(Mark mark, Mark::open(database_->file_system(), path()));
  log_->start_writing(std::move(mark));
  return {};
}

Result<void> Store::open_existing(const StoreOptions& options, Access access) {
  const bool is_old = directory_.content() == StoreDirectory::Content::format_1;
  const bool takes_over = is_old && access == Access::read_and_write;
  if (takes_over) WM_CHECK_OK(directory_.take_over());
  WM_TRY(database_, Database::open_for_reading(directory_.database_path_now(), options, Database::Presence::must_be_there));
  log_ = std::make_unique<Log>(*database_);
  pages_ = std::make_unique<Pages>(*database_);
  WM_CHECK_OK(pages_->open());
  WM_CHECK_OK(log_->find_last(pages_->catalog().link));
  if (takes_over) {
    WM_CHECK_OK(Erasures::create(database_->file_system(), erasures_path()));
    WM_CHECK_OK(Mark::create(database_->file_system(), path(), log_->last()));
    WM_CHECK_OK(directory_.complete(database_->file_system()));
  }
  if (!is_old || takes_over) {  // format 1 has no mark
    WM_TRY(const ChainLink mark, Mark::read(database_->file_system(), path()));
    WM_CHECK_OK(log_->check_against(mark));
  }
  if (access == Access::read_only) {
    log_->refuse_writing({.code = ErrorCode::not_allowed, .message = "the store is open for reading only"});
    return {};
  }
  if (auto writing = start_writing(); !writing) {
    Error why = std::move(writing).error();
    why.message = "the store can only be read: " + why.message;
    log_->refuse_writing(std::move(why));
  }
  return {};
}

// Before a byte is written: RocksDB as Debian builds it has ended the process once where a disk filled during a rewrite.
Result<void> Store::check_room_to_rewrite() const {
  std::uint64_t wanted = kRoomBytesMin;
  for (const auto& [name, entry] : pages_->catalog().entries) wanted += entry.size;
  wanted += 2 * log_->tail_bytes();
  WM_TRY(const std::uint64_t free_bytes, database_->free_bytes());
  if (free_bytes >= wanted) return {};
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("the files cannot be rewritten: {} bytes are free on the disk, {} are wanted", free_bytes, wanted),
                    .hint = "make room on the disk and try again",
                    .where = path()});
}

Result<Erasures*> Store::erasures() {
  if (!erasures_) {
    auto ledger = Erasures::read(database_->file_system(), erasures_path());
    if (!ledger) {
      Error error = std::move(ledger).error();
      error.code = ErrorCode::failure;
      error.hint = "copy the file ERASED of the newest backup there, and erase again whom you erased since then";
      return fail(std::move(error));
    }
    erasures_.emplace(*std::move(ledger));
  }
  return &*erasures_;
}

Result<void> Store::start_writing() {
  WM_CHECK_OK(database_->open_for_writing());
  WM_TRY(Mark mark, Mark::open(database_->file_system(), path()));
  log_->start_writing(std::move(mark));
  return {};
}

}  // namespace wanamaker
