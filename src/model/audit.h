#pragma once
// What was done by whom. No value of a person stands in it: of a contact there is the hash of the id alone, and that goes with the contact.

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace wanamaker {

inline constexpr std::int64_t kAuditKeptMs = 400 * kMillisecondsPerDay;
inline constexpr std::size_t kAuditEntriesMax = 50'000;  // the oldest go first
inline constexpr std::size_t kAuditTextBytesMax = 256;

struct AuditEntry {
  Timestamp at;
  std::string who;     // "key ID", "user ID", or "nobody"
  std::string action;  // such as "set", "delete", "rotate", "login"
  std::string kind;    // such as "segment"
  std::string key;     // of what was changed
  std::string from;    // the network address
};

}  // namespace wanamaker
