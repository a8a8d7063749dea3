#include "server/local_line.h"

#include "server/hung_up.h"
#include "server/local_address.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

namespace wanamaker {
namespace {

constexpr std::size_t kHeadBytes = 5;

std::unexpected<Error> broken() { return fail(ErrorCode::failure, "the connection to the server broke", "see whether the server still runs; what it has acknowledged is durable"); }

// False: the other end sends nothing more. Errors: failure, where some bytes came and not all.
Result<bool> receive_all(int socket, char* to, std::size_t size) {
  for (std::size_t came = 0; came < size;) {
    const ssize_t bytes = ::recv(socket, to + came, size - came, 0);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0 || (bytes == 0 && came > 0)) return broken();
    if (bytes == 0) return false;
    came += static_cast<std::size_t>(bytes);
  }
  return true;
}

}  // namespace

LocalLine::~LocalLine() {
  if (socket_ >= 0) ::close(socket_);
}

LocalLine::LocalLine(LocalLine&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

Result<std::optional<LocalLine>> LocalLine::to(const std::string& directory) {
  const LocalAddress address(directory);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || !address.is_good()) {
    if (socket >= 0) ::close(socket);
    return std::nullopt;
  }
  LocalLine line(socket);
  if (::connect(socket, address.get(), LocalAddress::size()) == 0) return std::optional(std::move(line));
  if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR) return std::nullopt;  // what a server left that was killed refuses
  return fail(ErrorCode::failure, fmt::format("the server that may hold {} cannot be reached: {}", directory, std::generic_category().message(errno)), "give the command as the user whom the data directory belongs to");
}

Result<void> LocalLine::send(char sign, std::string_view bytes) const {
  std::string all(kHeadBytes, sign);
  const auto length = static_cast<std::uint32_t>(bytes.size());
  std::memcpy(all.data() + 1, &length, sizeof length);
  all += bytes;
  for (std::string_view left = all; !left.empty();) {
    const ssize_t sent = ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return broken();
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::optional<LocalLine::Part>> LocalLine::receive() const {
  std::array<char, kHeadBytes> head{};
  WM_TRY(const bool is_there, receive_all(socket_, head.data(), head.size()));
  if (!is_there) return std::nullopt;
  std::uint32_t length = 0;
  std::memcpy(&length, head.data() + 1, sizeof length);
  if (length > kPartBytesMax) return broken();
  Part part{.sign = head[0], .bytes = std::string(length, '\0')};
  if (length == 0) return part;
  WM_TRY(const bool is_whole, receive_all(socket_, part.bytes.data(), part.bytes.size()));
  if (!is_whole) return broken();
  return part;
}

// Of a socket that only this end has stopped reading from, that is not said.
bool LocalLine::is_gone() const { return has_hung_up(socket_, HungUp::both_ways); }

void LocalLine::end() const { ::shutdown(socket_, SHUT_RD); }

}  // namespace wanamaker
