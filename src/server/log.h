#pragma once
// What the server says while it runs: one JSON object a line on stderr. No personal value is ever in it: routes stand as patterns,
// not as the paths that hold ids. Thread-safe.

#include "base/json.h"

#include <cstdint>
#include <string_view>

namespace wanamaker {

enum class LogLevel : std::uint8_t { errors, requests };

class ServerLog {
 public:
  explicit ServerLog(LogLevel level) : level_(level) {}

  // Shape: `fields` is an object; `at` and `event` are put before them.
  void say(std::string_view event, Json fields) const;
  // A request that was answered; of those below 500 only where all are wanted.
  void answered(int status, Json fields) const;

 private:
  LogLevel level_;
};

}  // namespace wanamaker
