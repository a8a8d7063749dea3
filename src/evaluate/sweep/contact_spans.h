#pragma once
// Spans of time of the contacts of a shard, and whether an instant lies in one of its contact's. Asked in any order, so that what is asked about
// need not be collected and sorted.

#include "evaluate/sweep/chunk_ranges.h"
#include "evaluate/sweep/shard.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace wanamaker {

class ContactSpans {
 public:
  // From one instant to another, both within.
  struct Span {
    std::uint32_t place;  // the contact's, in the shard
    std::int64_t first;   // milliseconds
    std::int64_t last;
  };

  // Spans are in the order of their firsts. Where each contact's lie stands in the scratch's `words` until another operator writes there.
  // Cost: four looks at each.
  ContactSpans(const std::vector<Span>& spans, Scratch& scratch);

  const ShardBits& places() const { return places_; }
  // From the first instant of all to the last; empty where there is none.
  const BitsRange& reach() const { return reach_; }
  // Cost: a look at each span of the contact where they are few, else a search among them.
  bool holds(std::uint32_t place, std::int64_t at) const { return has_bit(places_, place) && holds_of(place, at); }
  // The same of a contact that is known to have spans.
  bool holds_of(std::uint32_t place, std::int64_t at) const {
    const std::uint64_t word = words_[place];
    const auto begin = static_cast<std::uint32_t>(word >> 32);
    auto next = static_cast<std::uint32_t>(word);
    if (next - begin > kFew) next = search(begin, next, at);
    else while (next > begin && bounds_[next - 1].first > at) --next;
    return next > begin && bounds_[next - 1].last >= at;
  }

 private:
  static constexpr std::uint32_t kFew = 8;
  struct Bounds {
    std::int64_t first;
    std::int64_t last;  // of this and of those of the contact that begin before it, the latest
  };
  std::uint32_t search(std::uint32_t begin, std::uint32_t end, std::int64_t at) const;

  std::vector<Bounds> bounds_;  // those of one contact together, by their firsts
  const std::array<std::uint64_t, kShardContacts>& words_;  // begin above end, of contacts that have spans
  ShardBits places_{};
  BitsRange reach_{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
};

}  // namespace wanamaker
