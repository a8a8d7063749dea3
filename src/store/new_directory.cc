#include "store/new_directory.h"

#include "store/paths.h"

#include <fmt/format.h>

#include <filesystem>

namespace wanamaker {

namespace fs = std::filesystem;

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
