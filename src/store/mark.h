#pragma once
// The durability mark: the place in the log up to which answers may have been given. Key idea: after each sync of the log, and before
// any answer, the place is written here, without a sync of its own; a killed process leaves it whole. A log that ends before its mark
// has lost acknowledged commands, whatever its own recovery says. After a power cut the mark may be older than the log, never newer.
//   DIR/MARK = slot, zeros up to 512 bytes, slot, zeros up to 4 KiB
//   slot     = "wnmkmark" sequence:u64 checksum:u64 hash:u64; hash = XXH3-64 of the 24 bytes before
// The slots are written in turn, so a write that is cut short leaves the one before; the higher sequence counts.
// Source: RocksDB's point-in-time recovery ends silently at the first fault of a write-ahead log (DEPENDENCIES: tried).

#include "store/block.h"

#include <memory>
#include <string>

namespace rocksdb {
class FileSystem;
class FSRandomRWFile;
}  // namespace rocksdb

namespace wanamaker {

// Single-threaded.
class Mark {
 public:
  // Makes the file, durably. Errors: failure.
  static Result<void> create(rocksdb::FileSystem& files, const std::string& directory, ChainLink link);
  // Errors: failure, naming file and offset, when it is gone or damaged.
  static Result<ChainLink> read(rocksdb::FileSystem& files, const std::string& directory);
  // Both halves, of which a start needs one. Errors: failure, naming file and offset.
  static Result<void> check(const std::string& directory);
  // For writing. Errors: failure.
  static Result<Mark> open(rocksdb::FileSystem& files, const std::string& directory);

  Mark(Mark&&) noexcept;
  ~Mark();
  // Errors: failure.
  Result<void> write(ChainLink link);

 private:
  Mark(std::string path, std::unique_ptr<rocksdb::FSRandomRWFile> file, std::uint64_t writes);
  std::string path_;
  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  std::uint64_t writes_;  // odd: the next goes to the second slot
};

}  // namespace wanamaker
