#pragma once
// The first or the last event of each contact of a shard. Key idea: chunks are read from that end of time; who has an event that no
// chunk still to come can pass is done with, so that most rows cost a look at one bit.

#include "evaluate/sweep/event_scan.h"

namespace wanamaker {

// Shape: best[place] is the instant of that event, kNoValue where there is none. take(block, row, place, instant) sees the events that may be
// the one, in no order, and is to keep best[place] at the least or greatest instant that it has seen of the place.
template <typename Take>
void take_outer_events(const EventScan& scan, EventScan::From end, Shard& shard, std::array<std::int64_t, kShardContacts>& best, Take take) {
  best.fill(kNoValue);
  ShardBits open = shard.living;
  std::uint64_t left = shard.kernels.population(open.data(), kShardWords);
  scan.for_each_block_from(end, shard, [&](const EventBlock& block, std::int64_t beyond) {
    block.for_each_at_of(block.find(open, shard.kernels), [&](std::uint32_t row, std::uint32_t place, std::int64_t at) {
      take(block, row, place, at);
      if (end == EventScan::From::last ? best[place] > beyond : best[place] < beyond) {
        left -= has_bit(open, place) ? 1 : 0;
        put_bit(open, place, false);
      }
    });
    return left > 0;
  });
}

}  // namespace wanamaker
