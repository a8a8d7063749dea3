#pragma once
// Events of a sequence, of the contacts of one shard: many at a time, in one number each.

#include "evaluate/counting_sort.h"
#include "evaluate/sweep/bits.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace wanamaker {

// How an event is one number, whose upper bits order as instants do: milliseconds from a first instant on, then its contact's place.
class SequenceKeys {
 public:
  static constexpr unsigned kPlaceBits = 16;
  static constexpr std::int64_t kSpanMost = (std::int64_t{1} << (64 - kPlaceBits)) - 1;  // milliseconds

  explicit SequenceKeys(std::int64_t first) : first_(first) {}
  std::uint64_t key(std::int64_t at, std::uint32_t place) const { return static_cast<std::uint64_t>(at - first_) << kPlaceBits | place; }
  std::int64_t at(std::uint64_t key) const { return static_cast<std::int64_t>(key >> kPlaceBits) + first_; }
  static std::uint32_t place(std::uint64_t key) { return static_cast<std::uint32_t>(key & (kShardContacts - 1)); }

 private:
  std::int64_t first_;
};
using SequenceEvents = std::vector<std::uint64_t>;

// Sorts by instant: what is in a few parts in order by merging them, else by counting from the first instant on.
inline void sort_events(SequenceEvents& events) {
  constexpr std::size_t kPartsMost = 4;
  const auto is_earlier = [](std::uint64_t a, std::uint64_t b) { return a >> SequenceKeys::kPlaceBits < b >> SequenceKeys::kPlaceBits; };
  std::vector<SequenceEvents::iterator> ends;  // of parts, but the last
  for (auto next = std::ranges::is_sorted_until(events, is_earlier); next != events.end() && ends.size() < kPartsMost; next = std::is_sorted_until(next, events.end(), is_earlier)) ends.push_back(next);
  if (ends.size() < kPartsMost) {
    for (std::size_t i = 0; i < ends.size(); ++i) std::inplace_merge(events.begin(), ends[i], i + 1 < ends.size() ? ends[i + 1] : events.end(), is_earlier);
    return;
  }
  const auto [least, most] = std::ranges::minmax(events);
  const std::uint64_t first = least >> SequenceKeys::kPlaceBits << SequenceKeys::kPlaceBits;
  const auto bits = static_cast<unsigned>(std::bit_width(most - first));
  if (bits <= SequenceKeys::kPlaceBits) return;
  for (std::uint64_t& event : events) event -= first;
  sort_by_counting(events, SequenceKeys::kPlaceBits, bits);
  for (std::uint64_t& event : events) event += first;
}

}  // namespace wanamaker
