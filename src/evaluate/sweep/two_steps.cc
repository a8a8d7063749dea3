#include "evaluate/sweep/two_steps.h"

#include <algorithm>

namespace wanamaker {
namespace {

// An event on a line on which the one that is looked for lies at a distance of 0 to a span before it: that is time, or time backwards.
struct Point {
  std::int64_t at;
  std::uint32_t place;
};

// So many points in order. Shape: at(i) is one.
template <typename At>
struct Points {
  std::size_t size;
  At at;
};

// Tells for each point of `asked` whether one of `sought` and of the same contact lies at most `span` before it.
// Shape: told(place, whether). Key idea: on a slab no longer than the span all that lies before is near enough. So of a contact's points two suffice, the
// first of this slab and the last before it, and within a slab all of one kind can be taken before all of the other: no branch hangs on which comes next.
template <typename Sought, typename Asked, typename Told>
void compare_in_slabs(const Points<Sought>& sought, const Points<Asked>& asked, std::int64_t span, Scratch& scratch, Told told) {
  auto& before = scratch.values;
  auto& first = scratch.words;
  before.fill(kNoValue);
  first.fill(static_cast<std::uint64_t>(kNoValue));
  std::size_t begin = 0;
  for (std::size_t next = 0; next < asked.size;) {
    std::int64_t end = asked.at(next).at + span + 1;
    if (begin < sought.size) {
      const std::int64_t nearest = sought.at(begin).at;
      end = nearest < asked.at(next).at ? nearest + span + 1 : std::max(end, nearest);
    }
    std::size_t behind = begin;
    while (behind < sought.size && sought.at(behind).at < end) ++behind;
    for (std::size_t i = behind; i-- > begin;) first[sought.at(i).place] = static_cast<std::uint64_t>(sought.at(i).at);
    for (; next < asked.size; ++next) {
      const Point point = asked.at(next);
      if (point.at >= end) break;
      const auto at = static_cast<std::uint64_t>(point.at);  // what lies behind it is as far away as no span is
      const bool is_near = (at - static_cast<std::uint64_t>(before[point.place]) <= static_cast<std::uint64_t>(span)) | (at - first[point.place] <= static_cast<std::uint64_t>(span));
      told(point.place, is_near);
    }
    for (; begin < behind; ++begin) before[sought.at(begin).place] = sought.at(begin).at;
  }
}

}  // namespace

ShardBits with_both(const SequenceEvents& from, const SequenceEvents& to, const StepGap& gap, const SequenceKeys& keys, Shard& shard) {
  ShardBits out{};
  const Points opened{from.size(), [&](std::size_t i) { return Point{keys.at(from[i]) + gap.opens, SequenceKeys::place(from[i])}; }};
  const Points ends{to.size(), [&](std::size_t i) { return Point{keys.at(to[i]), SequenceKeys::place(to[i])}; }};
  compare_in_slabs(opened, ends, gap.closes - gap.opens, shard.scratch, [&](std::uint32_t place, bool is_near) { out[place / 64] |= std::uint64_t{is_near} << (place % 64); });
  return out;
}

ShardBits with_first_alone(const SequenceEvents& from, const SequenceEvents& to, const StepGap& gap, std::int64_t latest, const SequenceKeys& keys, Shard& shard) {
  ShardBits out{};
  // Time backwards: what comes behind an event lies before it there.
  const auto backwards = [&](const SequenceEvents& events, std::size_t i, std::int64_t shift) {
    const std::uint64_t event = events[events.size() - 1 - i];
    return Point{-keys.at(event) - shift, SequenceKeys::place(event)};
  };
  std::size_t asked = from.size();
  while (asked > 0 && keys.at(from[asked - 1]) > latest) --asked;
  const std::size_t skipped = from.size() - asked;
  const Points blocking{to.size(), [&](std::size_t i) { return backwards(to, i, 0); }};
  const Points begun{asked, [&](std::size_t i) { return backwards(from, skipped + i, gap.opens); }};
  compare_in_slabs(blocking, begun, gap.closes - gap.opens, shard.scratch, [&](std::uint32_t place, bool is_near) { out[place / 64] |= std::uint64_t{!is_near} << (place % 64); });
  return out;
}

}  // namespace wanamaker
