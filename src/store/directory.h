#pragma once
// The directory of a store: who holds it, and which format it has. Key idea: nobody opens what is in it before the kernel has given
// this process the exclusive lock and the format is known to be one this version reads.
//   DIR/LOCK    locked (flock) while a process holds the store; holds its process id as text
//   DIR/FORMAT  "wanamaker store\nformat 1\n"; written once the store is complete
//   DIR/log/    the log
// Source: LevelDB's LOCK and CURRENT files (the lock, and the rename that makes a file appear whole).

#include "base/result.h"

#include <cstdint>
#include <string>

namespace wanamaker {

inline constexpr std::uint32_t kStoreFormat = 1;

// Holds the lock for its life. Single-threaded.
class StoreDirectory {
 public:
  enum class Content : std::uint8_t { unfinished, complete };

  // Opens or makes the directory. Errors: failure, when it cannot be made, read or locked; not_allowed, when it is a file, holds
  // something else than a store, or a store of a newer format; conflict, when another process holds it.
  static Result<StoreDirectory> open(const std::string& path);

  StoreDirectory(StoreDirectory&& other) noexcept;
  StoreDirectory& operator=(StoreDirectory&&) = delete;
  StoreDirectory(const StoreDirectory&) = delete;
  StoreDirectory& operator=(const StoreDirectory&) = delete;
  ~StoreDirectory();

  const std::string& path() const { return path_; }
  std::string log_path() const { return path_ + "/log"; }
  Content content() const { return content_; }
  // Writes FORMAT, durably. Errors: failure.
  Result<void> complete();

 private:
  StoreDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;  // file descriptor; -1 after being moved from
  Content content_ = Content::unfinished;
};

}  // namespace wanamaker
