#include "server/local_sign.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace wanamaker {
namespace {

int opened(const std::string& directory) { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

}  // namespace

std::unique_ptr<LocalSign> LocalSign::put_up(const std::string& directory) {
  const int descriptor = opened(directory);
  if (descriptor < 0) return nullptr;
  std::unique_ptr<LocalSign> sign(new LocalSign(descriptor));
  return ::flock(descriptor, LOCK_SH) == 0 ? std::move(sign) : nullptr;  // whoever looks for it holds it for a moment
}

LocalSign::~LocalSign() { ::close(directory_); }

bool LocalSign::is_there(const std::string& directory) {
  const int descriptor = opened(directory);
  if (descriptor < 0) return false;
  const bool is_held = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0;
  ::close(descriptor);
  return is_held;
}

}  // namespace wanamaker
