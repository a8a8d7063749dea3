#pragma once
// A directory that appears whole or not at all: it is made beside its place and moved there once it is finished.
//   PLACE.unfinished   while it is being made; removed when that fails. What is there already is never touched.
//   PLACE.replaced-N   what was at the place before, when it is replaced

#include "base/result.h"

#include <string>

namespace wanamaker {

// Single-threaded.
class NewDirectory {
 public:
  // `place` may end in a slash or name the current directory. Nothing is made yet.
  explicit NewDirectory(const std::string& place);
  ~NewDirectory();
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  const std::string& path() const { return unfinished_; }  // where it is being made
  const std::string& place() const { return place_; }
  bool is_place_free() const;                              // not there, or an empty directory
  // Makes the unfinished directory, empty; only one at a time can. Errors: conflict, when it is there; failure.
  Result<void> begin();
  // Durable when it returns. Errors: failure; the place is as before.
  Result<void> put_in_place();
  // The same over a directory that is there: both change places in one step, so that a store is at the place at any instant.
  // Gives where the old one is now. Errors: failure; the message says where both are.
  Result<std::string> replace();

 private:
  std::string place_;
  std::string unfinished_;
  bool is_ours_ = false;  // the unfinished directory
};

}  // namespace wanamaker
