#include "server/local_door.h"

#include "server/local_address.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace wanamaker {
namespace {

constexpr int kWaitingMax = 64;

std::unexpected<Error> closed(int socket) {
  const int code = errno;
  if (socket >= 0) ::close(socket);
  return fail(ErrorCode::failure, fmt::format("commands of this machine cannot reach the server: {}", std::generic_category().message(code)), "they need a socket in the data directory, on a file system that has sockets");
}

}  // namespace

Result<std::unique_ptr<LocalDoor>> LocalDoor::open(const std::string& directory, Talk talk) {
  const LocalAddress address(directory);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || !address.is_good()) return closed(socket);
  ::unlinkat(address.directory(), LocalAddress::kName, 0);  // of a server that was killed: this process holds the store
  // Nobody can connect before it listens, and by then only the owner may.
  const bool is_good = ::bind(socket, address.get(), LocalAddress::size()) == 0 && ::fchmodat(address.directory(), LocalAddress::kName, S_IRUSR | S_IWUSR, 0) == 0 && ::listen(socket, kWaitingMax) == 0;
  if (!is_good) return closed(socket);
  return std::unique_ptr<LocalDoor>(new LocalDoor(directory, socket, std::move(talk)));
}

LocalDoor::LocalDoor(std::string directory, int socket, Talk talk) : directory_(std::move(directory)), socket_(socket), talk_(std::move(talk)), thread_([this] { accept_all(); }) {}

LocalDoor::~LocalDoor() {
  {
    MutexLock lock(mutex_);
    is_closing_ = true;
    for (const LocalLine* line : open_) line->end();
    changed_.notify_all();
  }
  ::shutdown(socket_, SHUT_RDWR);  // ends accept()
  thread_.join();
  {
    MutexLock lock(mutex_);
    while (!open_.empty()) changed_.wait(mutex_);
  }
  const LocalAddress address(directory_);
  if (address.is_good()) ::unlinkat(address.directory(), LocalAddress::kName, 0);
  ::close(socket_);
}

void LocalDoor::accept_all() {
  while (true) {
    const int socket = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    const int fault = errno;
    {
      MutexLock lock(mutex_);
      while (open_.size() >= kTalksMax && !is_closing_) changed_.wait(mutex_);
      if (is_closing_) {
        if (socket >= 0) ::close(socket);
        return;
      }
      // No descriptor is left, say: some come back when a conversation ends.
      if (socket < 0 && fault != EINTR && fault != ECONNABORTED) changed_.wait_for(mutex_, std::chrono::milliseconds(100));
    }
    if (socket >= 0) let_in(socket);
  }
}

void LocalDoor::let_in(int socket) {
  auto line = std::make_shared<LocalLine>(socket);  // the thread's alone, but that it may be ended
  {
    MutexLock lock(mutex_);
    open_.insert(line.get());
  }
  std::thread([this, line = std::move(line)]() mutable {
    talk_(*line);
    MutexLock lock(mutex_);
    open_.erase(line.get());
    line.reset();
    changed_.notify_all();  // under the mutex: the door may be gone as soon as nobody is open
  }).detach();
}

}  // namespace wanamaker
