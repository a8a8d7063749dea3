#include "store/new_directory.h"

#include "store/io_error.h"
#include "store/paths.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> cannot_move(const std::string& from, const std::string& to, const std::error_code& fault) {
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("cannot move {} to {}: {}", from, to, fault.message()),
                    .hint = fault.value() == EBUSY ? "something is mounted there: name a directory within it" : std::string(hint_for(fault.value())),
                    .where = to});
}

std::string free_name_beside(const std::string& place) {
  std::error_code fault;
  for (int i = 1;; ++i) {
    std::string name = fmt::format("{}.replaced-{}", place, i);
    if (!fs::exists(fs::symlink_status(name, fault))) return name;
  }
}

}  // namespace

NewDirectory::NewDirectory(const std::string& place) : place_(plain_path(place)), unfinished_(place_ + ".unfinished") {}

NewDirectory::~NewDirectory() {
  std::error_code fault;
  if (is_ours_) fs::remove_all(unfinished_, fault);
}

bool NewDirectory::is_place_free() const {
  std::error_code fault;
  return !fs::exists(fs::symlink_status(place_, fault)) || (fs::is_directory(place_, fault) && fs::is_empty(place_, fault));
}

Result<void> NewDirectory::begin() {
  std::error_code fault;
  const fs::path parent = fs::path(unfinished_).parent_path();
  if (!parent.empty()) fs::create_directories(parent, fault);
  is_ours_ = ::mkdir(unfinished_.c_str(), S_IRWXU) == 0;  // one process alone makes it
  if (is_ours_) return {};
  fault.assign(errno, std::generic_category());
  if (fs::exists(fs::symlink_status(unfinished_))) {
    return fail(Error{.code = ErrorCode::conflict,
                      .message = fmt::format("{} is there: another process is making it, or one that was cut short left it", unfinished_),
                      .hint = "where no other process runs, look whether you still want what is in it, delete it, and try again",
                      .where = unfinished_});
  }
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("cannot make the directory {}: {}", unfinished_, fault.message()),
                    .hint = std::string(hint_for(fault.value())),
                    .where = unfinished_});
}

Result<void> NewDirectory::put_in_place() {
  std::error_code fault;
  fs::remove(place_, fault);  // an empty one
  fs::rename(unfinished_, place_, fault);
  if (fault) return cannot_move(unfinished_, place_, fault);
  is_ours_ = false;
  return sync_parent(place_);
}

Result<std::string> NewDirectory::replace() {
  if (::renameat2(AT_FDCWD, unfinished_.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE) != 0) {
    return cannot_move(unfinished_, place_, std::error_code(errno, std::generic_category()));
  }
  is_ours_ = false;  // what was at the place
  const std::string aside = free_name_beside(place_);
  std::error_code fault;
  fs::rename(unfinished_, aside, fault);
  const auto synced = sync_parent(place_);
  if (!fault && synced) return aside;
  Error error = fault ? cannot_move(unfinished_, aside, fault).error() : synced.error();
  error.message = fmt::format("{} is the new store, and the one that was there is {}; but {}", place_, fault ? unfinished_ : aside, error.message);
  return fail(std::move(error));
}

}  // namespace wanamaker
