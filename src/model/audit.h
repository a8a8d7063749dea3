#pragma once
// What was done by whom. No value of a person stands in it: of a contact there is the hash of the id alone, and that goes with the contact.

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wanamaker {

inline constexpr std::int64_t kAuditKeptMs = 400 * kMillisecondsPerDay;
inline constexpr std::size_t kAuditEntriesMax = 50'000;  // of what was done; the oldest go first
inline constexpr std::size_t kAuditRefusedMax = 5'000;   // of what was refused: a flood of it pushes out nothing else
inline constexpr std::size_t kAuditTextBytesMax = 256;

inline constexpr std::string_view kAuditRefused = " refused";  // how the action of what was not done ends

struct AuditEntry {
  std::uint64_t number = 0;  // from 1, each once
  Timestamp at;
  std::string who;     // "key ID", "user ID", or "nobody"
  std::string action;  // such as "set", "delete", "rotate", "login"
  std::string kind;    // such as "segment"
  std::string key;     // of what was changed
  std::string from;    // the network address
};

}  // namespace wanamaker
