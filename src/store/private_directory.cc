#include "store/private_directory.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

namespace wanamaker {

void make_private_directory(const std::string& path, std::error_code& fault) {
  namespace fs = std::filesystem;
  fault.clear();
  if (fs::is_directory(path, fault)) return;
  fault.clear();
  const fs::path parent = fs::path(path).has_filename() ? fs::path(path).parent_path() : fs::path(path).parent_path().parent_path();
  if (!parent.empty()) fs::create_directories(parent, fault);
  if (fault) return;
  // Private from its first instant on, whatever the process's mask is.
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) fault.assign(errno, std::generic_category());
}

}  // namespace wanamaker
