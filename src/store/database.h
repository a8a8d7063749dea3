#pragma once
// The key-value store below the log and the pages: RocksDB with two column families, opened so that nothing is lost or repaired
// behind our back. Key idea: it is opened for reading first, which changes no byte; only when what it holds agrees with the mark
// (store/mark.h) is it opened for writing. When it cannot be written (full disk, read-only disk), it stays open for reading.
// Included by the sources of this room alone.

#include "base/result.h"
#include "store/options.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

enum class Family : std::uint8_t { log, pages };

// Thread-safe, but for open_for_writing.
class Database {
 public:
  // is_damaged: a write-ahead log is read past its faults, since the chain of blocks (block.h) tells what is missing.
  enum class Presence : std::uint8_t { may_be_new, must_be_there, is_damaged };

  // Errors: failure, naming the file that is damaged where that can be found out.
  static Result<std::unique_ptr<Database>> open_for_reading(const std::string& directory, const StoreOptions& options, Presence presence);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Errors: failure; the database then is as before, for reading.
  Result<void> open_for_writing();

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family which) { return handles_[static_cast<std::size_t>(which)]; }
  // In order of keys, with checksums verified. The database must outlive it.
  std::unique_ptr<rocksdb::Iterator> iterator(Family which);
  // Merges the files of a family when many have come together. Nothing is merged behind our back: a fault would be nobody's answer.
  // Errors: failure.
  Result<void> compact_if_due(Family which);
  // Bytes free for this store on its disk. Errors: failure.
  Result<std::uint64_t> free_bytes() const;

  const std::string& path() const { return path_; }
  rocksdb::FileSystem& file_system() const { return *file_system_; }
  rocksdb::Env* env() const { return env_ ? env_.get() : rocksdb::Env::Default(); }

  // A status as an error: what was tried, the file and offset where the status or the files tell it, and what to do.
  Error error_of(const rocksdb::Status& status, std::string_view what) const;

 private:
  Database(std::string path, const StoreOptions& options);
  Result<void> open(bool for_writing);
  void close();

  std::string path_;
  std::shared_ptr<rocksdb::FileSystem> file_system_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::Env> log_env_;  // the same, with room in logs (log_room.h): for writing
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  Presence presence_ = Presence::must_be_there;
};

inline std::string_view view_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace wanamaker
