#pragma once
// A directory that appears whole or not at all: it is made beside its place and moved there once it is finished.
//   PLACE.unfinished   while it is being made; removed whatever way that ends, and before it begins

#include "base/result.h"

#include <string>

namespace wanamaker {

// Single-threaded. At most one for a place at a time.
class NewDirectory {
 public:
  // `place` may end in a slash or name the current directory.
  explicit NewDirectory(const std::string& place);
  ~NewDirectory();
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  const std::string& path() const { return unfinished_; }  // where it is being made
  const std::string& place() const { return place_; }
  bool is_place_free() const;                              // not there, or an empty directory
  // Durable when it returns. Errors: failure; the place is as before.
  Result<void> put_in_place();

 private:
  std::string place_;
  std::string unfinished_;
};

}  // namespace wanamaker
