#pragma once
// The directory of a store: who holds it, and which format it has. Key idea: nobody opens what is in it before the kernel has given
// this process the exclusive lock and the format is known to be one this version reads.
//   DIR/LOCK    locked (flock) while a process holds the store; holds its process id as text
//   DIR/FORMAT  "wanamaker store\nformat 2\n"; written once the store is complete
//   DIR/MARK    how far the log must reach (store/mark.h)
//   DIR/db/     the log and the pages (store/database.h)
// Format 1 had no mark, no pages, and its log in DIR/log/; such a store is taken over when it is opened for writing.
// Source: LevelDB's LOCK and CURRENT files (the lock, and the rename that makes a file appear whole).

#include "base/result.h"

#include <cstdint>
#include <string>

namespace rocksdb {
class FileSystem;
}

namespace wanamaker {

inline constexpr std::uint32_t kStoreFormat = 2;

// Holds the lock for its life. Single-threaded.
class StoreDirectory {
 public:
  enum class Content : std::uint8_t { unfinished, format_1, complete };

  // Opens or makes the directory. Errors: failure, when it cannot be made, read or locked; not_allowed, when it is a file, holds
  // something else than a store, or a store of a newer format; conflict, when another process holds it; not_found, when a store must
  // be there and is not (nothing is made then). A directory on a disk that cannot be written is opened all the same; so is one where
  // LOCK cannot be written.
  enum class Presence : std::uint8_t { may_be_new, must_be_there };
  static Result<StoreDirectory> open(const std::string& path, Presence presence = Presence::may_be_new);

  // Takes only the lock, whatever is in the directory: for one that is about to be replaced. Errors: failure; conflict.
  static Result<StoreDirectory> hold(const std::string& path);

  StoreDirectory(StoreDirectory&& other) noexcept;
  StoreDirectory& operator=(StoreDirectory&&) = delete;
  StoreDirectory(const StoreDirectory&) = delete;
  StoreDirectory& operator=(const StoreDirectory&) = delete;
  ~StoreDirectory();

  const std::string& path() const { return path_; }
  std::string database_path() const { return path_ + "/db"; }
  // Where the database is as long as nothing was taken over.
  std::string database_path_now() const;
  Content content() const { return content_; }
  // Moves the log of a store of format 1 to where it belongs now. Errors: failure.
  Result<void> take_over();
  // Writes FORMAT, durably. Errors: failure.
  Result<void> complete(rocksdb::FileSystem& files);
  // The same for a directory that nobody holds yet: a store that is being restored.
  static Result<void> mark_complete(rocksdb::FileSystem& files, const std::string& path);

 private:
  StoreDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;  // file descriptor; -1 after being moved from
  Content content_ = Content::unfinished;
};

}  // namespace wanamaker
