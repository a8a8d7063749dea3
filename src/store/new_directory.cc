#include "store/new_directory.h"

#include "store/inspect.h"

#include <fmt/format.h>

#include <filesystem>
#include <iterator>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

// Without a slash at the end, so that what is made beside it is not made in it; of a link, what it leads to.
std::string plain_path(const std::string& path) {
  std::error_code fault;
  if (fs::is_symlink(path, fault)) {
    const fs::path target = fs::canonical(path, fault);
    if (!fault) return target;
  }
  fs::path plain = fs::path(path).lexically_normal();
  if (plain == "." || plain == "./" || *std::prev(plain.end()) == "..") plain = fs::absolute(plain).lexically_normal();
  return plain.has_filename() ? plain : plain.parent_path();
}

}  // namespace

NewDirectory::NewDirectory(const std::string& place) : place_(plain_path(place)), unfinished_(place_ + ".unfinished") {
  std::error_code fault;
  fs::remove_all(unfinished_, fault);
}

NewDirectory::~NewDirectory() {
  std::error_code fault;
  fs::remove_all(unfinished_, fault);
}

bool NewDirectory::is_place_free() const {
  std::error_code fault;
  return !fs::exists(fs::symlink_status(place_, fault)) || (fs::is_directory(place_, fault) && fs::is_empty(place_, fault));
}

Result<void> NewDirectory::put_in_place() {
  std::error_code fault;
  fs::remove(place_, fault);  // an empty one
  fs::rename(unfinished_, place_, fault);
  if (fault) return fail(ErrorCode::failure, fmt::format("cannot move {} to {}: {}", unfinished_, place_, fault.message()));
  return sync_parent(place_);
}

}  // namespace wanamaker
