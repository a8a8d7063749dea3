#pragma once
// A conversation between the server and a program of the same machine, over the socket in the data directory that only its owner may open.
// Key idea: parts, each with a sign for what it is, so that an answer may come in several kinds and pieces.
//   part = sign (1 byte), length (4 bytes, lowest first), bytes
// Single-threaded, but for end() and is_gone().

#include "base/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

class LocalLine {
 public:
  static constexpr std::size_t kPartBytesMax = 128U << 20;  // a batch of an import has some MiB

  struct Part {
    char sign = 0;
    std::string bytes;
  };

  // Takes over a connected socket.
  explicit LocalLine(int socket) : socket_(socket) {}
  ~LocalLine();
  LocalLine(LocalLine&& other) noexcept;
  LocalLine& operator=(LocalLine&&) = delete;

  // To whoever serves the data directory; nothing where nobody does. Errors: failure (somebody may, and cannot be reached).
  static Result<std::optional<LocalLine>> to(const std::string& directory);

  // Errors: failure, where the other end is gone.
  Result<void> send(char sign, std::string_view bytes) const;
  // The next part; nothing where the other end has ended it. Errors: failure (cut in the middle, or too large).
  Result<std::optional<Part>> receive() const;
  // Nothing more comes in, as if the other end had finished. May be called by another thread.
  void end() const;
  // Whether the other end is gone, as a program is that was stopped. Never waits; likewise.
  bool is_gone() const;

 private:
  int socket_;
};

}  // namespace wanamaker
