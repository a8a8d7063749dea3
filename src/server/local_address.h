#pragma once
// Where the socket in a data directory is. Key idea: an address of a socket has 107 bytes at most, and a directory may lie deeper; so the
// directory is opened, and the socket is named through its descriptor. Immutable. Source: proc(5), /proc/self/fd.

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

namespace wanamaker {

class LocalAddress {
 public:
  static constexpr const char* kName = "server.socket";

  explicit LocalAddress(const std::string& directory);
  ~LocalAddress();
  LocalAddress(const LocalAddress&) = delete;
  LocalAddress& operator=(const LocalAddress&) = delete;

  // False where the directory cannot be opened.
  bool is_good() const { return directory_ >= 0; }
  int directory() const { return directory_; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  static socklen_t size() { return sizeof(sockaddr_un); }

 private:
  int directory_;
  sockaddr_un address_{};
};

}  // namespace wanamaker
