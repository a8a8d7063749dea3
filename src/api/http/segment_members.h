#pragma once
// Who is a member of a segment or list, as bits. Values.

#include "api/http/call.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

// As of one instant: bits by ordinal, which stay what they are while pages are made of them.
struct SegmentMembers {
  std::vector<std::uint64_t> words;
  std::uint64_t count = 0;
  Timestamp as_of;
  std::optional<std::uint64_t> changes_after;  // of now: the last change of the feed that is in
};

// Those of now, as they are kept; of another instant where the address has `at`. Errors: not_found, usage, not_allowed; invalid (a definition that does not compile).
Result<SegmentMembers> find_members(Call& call, const std::string& key);

}  // namespace wanamaker
