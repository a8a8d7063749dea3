#include "server/hung_up.h"

#include <poll.h>

namespace wanamaker {

bool has_hung_up(int socket, HungUp what) {
  const auto signs = static_cast<short>(POLLHUP | POLLERR | (what == HungUp::sends_no_more ? POLLRDHUP : 0));
  pollfd line{.fd = socket, .events = signs, .revents = 0};
  return ::poll(&line, 1, 0) > 0 && (line.revents & signs) != 0;
}

}  // namespace wanamaker
