#pragma once
// How many different values each contact of a shard has. Key idea: values that are near each other make a key of few bits with their
// contact, and few bits are sorted by counting them.

#include "evaluate/sweep/shard.h"

#include <cstdint>
#include <vector>

namespace wanamaker {

struct OwnedBits {
  std::int64_t bits;
  std::uint32_t place;  // of the contact in its shard
};

// Adds the number of each contact's different bits to its count; `values` is used up.
// Cost: some ns a value, where they lie within 2^48 of each other; else a sort.
void count_distinct(std::vector<OwnedBits>& values, std::array<std::int64_t, kShardContacts>& counts);

}  // namespace wanamaker
