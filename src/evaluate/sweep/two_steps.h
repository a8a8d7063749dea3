#pragma once
// Which contacts of a shard have two events in time of one another, where both kinds are many: asked slab by slab of time, without putting the two in one order.

#include "evaluate/sweep/sequence_events.h"
#include "evaluate/sweep/shard.h"

#include <cstdint>

namespace wanamaker {

// Milliseconds from a first event to a second one, both within.
struct StepGap {
  std::int64_t opens;
  std::int64_t closes;
};

// Contacts with an event of `from` and one of `to` that far behind it. Shape: by instant.
// Cost: some 3 ns an event; writes into the scratch's `values` and `words`.
ShardBits with_both(const SequenceEvents& from, const SequenceEvents& to, const StepGap& gap, const SequenceKeys& keys, Shard& shard);
// Contacts with an event of `from`, not behind `latest`, that has none of `to` that far behind it. Shape and cost as above.
ShardBits with_first_alone(const SequenceEvents& from, const SequenceEvents& to, const StepGap& gap, std::int64_t latest, const SequenceKeys& keys, Shard& shard);

}  // namespace wanamaker
