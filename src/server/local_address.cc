#include "server/local_address.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace wanamaker {

LocalAddress::LocalAddress(const std::string& directory) : directory_(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  address_.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory_, kName);
  std::ranges::copy(path, address_.sun_path);
}

LocalAddress::~LocalAddress() {
  if (directory_ >= 0) ::close(directory_);
}

}  // namespace wanamaker
