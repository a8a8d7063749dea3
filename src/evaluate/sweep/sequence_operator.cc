#include "evaluate/sweep/sequence_operator.h"

#include "calendar/window.h"
#include "evaluate/previous.h"
#include "evaluate/counting_sort.h"
#include "evaluate/sweep/outer_events.h"
#include "evaluate/sweep/paired_sequence.h"

#include <algorithm>
#include <bit>
#include <deque>
#include <limits>
#include <numeric>
#include <optional>

namespace wanamaker {
namespace {

// An event of a sequence in one number, whose upper bits order as instants do: milliseconds from a first instant on, then its contact's place.
class Keys {
 public:
  static constexpr unsigned kPlaceBits = 16;
  static constexpr std::int64_t kSpanMost = (std::int64_t{1} << (64 - kPlaceBits)) - 1;  // milliseconds

  explicit Keys(std::int64_t first) : first_(first) {}
  std::uint64_t key(std::int64_t at, std::uint32_t place) const { return static_cast<std::uint64_t>(at - first_) << kPlaceBits | place; }
  std::int64_t at(std::uint64_t key) const { return static_cast<std::int64_t>(key >> kPlaceBits) + first_; }
  static std::uint32_t place(std::uint64_t key) { return static_cast<std::uint32_t>(key & (kShardContacts - 1)); }

 private:
  std::int64_t first_;
};
using Events = std::vector<std::uint64_t>;

// Sorts by instant: what is in a few parts in order by merging them, else by counting from the first instant on.
void sort_events(Events& events) {
  constexpr std::size_t kPartsMost = 4;
  const auto is_earlier = [](std::uint64_t a, std::uint64_t b) { return a >> Keys::kPlaceBits < b >> Keys::kPlaceBits; };
  std::vector<Events::iterator> ends;  // of parts, but the last
  for (auto next = std::ranges::is_sorted_until(events, is_earlier); next != events.end() && ends.size() < kPartsMost; next = std::is_sorted_until(next, events.end(), is_earlier)) ends.push_back(next);
  if (ends.size() < kPartsMost) {
    for (std::size_t i = 0; i < ends.size(); ++i) std::inplace_merge(events.begin(), ends[i], i + 1 < ends.size() ? ends[i + 1] : events.end(), is_earlier);
    return;
  }
  const auto [least, most] = std::ranges::minmax(events);
  const std::uint64_t first = least >> Keys::kPlaceBits << Keys::kPlaceBits;
  const auto bits = static_cast<unsigned>(std::bit_width(most - first));
  if (bits <= Keys::kPlaceBits) return;
  for (std::uint64_t& event : events) event -= first;
  sort_by_counting(events, Keys::kPlaceBits, bits);
  for (std::uint64_t& event : events) event += first;
}

// A part of time in which a chain's last event lies that must be there, and where its other events may lie then.
struct Slice {
  BitsRange there;
  BitsRange absent;  // of steps that must not be there
};

// Milliseconds that no gap of the chain exceeds in sum.
std::int64_t longest_chain(const TypedExpression& node) {
  constexpr std::int64_t kMost = 1'000'000'000'000'000;  // some 30,000 years
  std::int64_t sum = 0;
  for (const TypedStep& step : node.steps) {
    const TimeSpan last{step.kind == StepKind::later ? step.upper : step.gap.number, step.gap.unit};
    const std::int64_t one = is_fixed(last.unit) ? fixed_ms({1, last.unit}) : (last.unit == CalendarUnit::month ? 31 : last.unit == CalendarUnit::quarter ? 92 : 366) * kMillisecondsPerDay;
    if (last.number > kMost / one) return kMost;
    sum = std::min(kMost, sum + last.number * one);
  }
  return sum;
}

class SequenceOperator : public ShardOperator {
 public:
  SequenceOperator(const TypedExpression& node, const Environment& environment) : node_(node), environment_(environment), window_(node.window, environment.t, environment.zone), instants_(window_.instants()) {
    for (std::size_t i = 0; i < node.steps.size(); ++i) {
      const bool unbounded = (i == 0 && node.from_first) || node.steps[i].kind == StepKind::absent;
      scans_.emplace_back(node.steps[i].source, unbounded ? Window{} : node.window, environment);
      if (node.steps[i].kind != StepKind::absent) order_.push_back(i);
    }
    BitsRange all{EventScan::kAlways.most, EventScan::kAlways.least};
    for (const EventScan& scan : scans_) all = {std::min(all.least, scan.reach().least), std::max(all.most, scan.reach().most)};
    if (all.least <= all.most && all.most - all.least > Keys::kSpanMost) return;
    keys_.emplace(all.least);
    slices_ = slices(all);
    std::ranges::stable_sort(order_, {}, [&](std::size_t step) { return step == 0 && node.from_first ? std::min(scans_[step].cost(), EventScan::cost_of(environment.base.ordinals())) : scans_[step].cost(); });
  }
  // Whether the events lie close enough to one another; else this decides nothing.
  bool fits() const { return keys_.has_value(); }

  // Slice by slice: who has a chain in one is not asked about in the next, and most events lie far from any chain.
  void decide(Shard& shard, ShardBits& out) const override {
    out.fill(0);
    ShardBits open = shard.living;
    std::vector<Events> first(slices_.size());
    if (node_.from_first) find_firsts(shard, first);
    for (std::size_t i = 0; i < slices_.size(); ++i) {
      const Events ends = chains(i, shard, open, first);
      for (const std::uint64_t end : ends) set_bit(out, Keys::place(end));
      for (const std::uint64_t end : ends) put_bit(open, Keys::place(end), false);
    }
    intersect(out, shard.living);
  }

 private:
  // A slice is much longer than a chain, or chains would be looked for twice, and has some chunks of the largest step.
  std::vector<Slice> slices(const BitsRange& all) const {
    constexpr std::int64_t kSlicesMost = 32;
    constexpr std::int64_t kLengths = 4;     // of the longest chain
    constexpr std::size_t kChunksLeast = 8;  // of each shard
    if (std::ranges::any_of(scans_, &EventScan::rolls_by_months) || all.least > all.most) return {{EventScan::kAlways, EventScan::kAlways}};
    const std::int64_t longest = longest_chain(node_);
    const std::size_t shards = environment_.base.ordinals() / kShardContacts + 1;
    std::size_t chunks = 0;
    for (const EventScan& scan : scans_) chunks = std::max(chunks, scan.chunks() / shards);
    const std::int64_t length = all.most - all.least + 1;
    const std::int64_t number = std::clamp<std::int64_t>(std::min(static_cast<std::int64_t>(chunks / kChunksLeast), length / (kLengths * longest + 1)), 1, kSlicesMost);
    std::vector<Slice> slices;
    for (std::int64_t i = 0; i < number; ++i) {
      const std::int64_t from = all.least + length / number * i;
      const std::int64_t to = i + 1 < number ? from + length / number - 1 : all.most;
      slices.push_back({{from - longest, to}, {from - longest, to + longest}});
    }
    return slices;
  }

  // The last events of chains that end in a slice, some of earlier ones too. Steps that must be there are collected in the order of what they
  // cost; each only of contacts that have all before it.
  Events chains(std::size_t number, Shard& shard, ShardBits of, const std::vector<Events>& first) const {
    const Slice& slice = slices_[number];
    std::vector<Events> steps(node_.steps.size());
    for (const std::size_t step : order_) {
      if (step == 0 && node_.from_first) steps[step] = firsts(first, number, of);
      else if (const auto same = same_before(step)) steps[step] = steps[*same];
      else steps[step] = events(scans_[step], slice.there, shard, of);
      if (steps[step].empty()) return {};
      of = places(steps[step]);
    }
    Events ends = std::move(steps[0]);
    for (std::size_t i = 1; i < node_.steps.size(); ++i) {
      const TypedStep& step = node_.steps[i];
      ends = step.kind == StepKind::absent ? unanswered(step, ends, events(scans_[i], slice.absent, shard, places(ends)), shard) : follow(step, ends, steps[i], shard);
    }
    return ends;
  }

  static ShardBits places(const Events& events) {
    ShardBits bits{};
    for (const std::uint64_t event : events) set_bit(bits, Keys::place(event));
    return bits;
  }

  // A step collected before whose events are the same: who has the one has the other.
  std::optional<std::size_t> same_before(std::size_t step) const {
    const TypedSource& source = node_.steps[step].source;
    for (const std::size_t other : order_) {
      if (other == step) return std::nullopt;
      if ((other > 0 || !node_.from_first) && !source.where && !node_.steps[other].source.where && node_.steps[other].source.events == source.events) return other;
    }
    return std::nullopt;
  }

  // Of some contacts, by instant.
  Events events(const EventScan& scan, const BitsRange& instants, Shard& shard, const ShardBits& of) const {
    Events found;
    scan.for_each_block_in(instants, shard, [&](const EventBlock& block) {
      const RowMask wanted = block.find(of, shard.kernels);
      block.for_each_at_of(wanted, [&](std::uint32_t, std::uint32_t place, std::int64_t at) { found.push_back(keys_->key(at, place)); });
    });
    sort_events(found);
    return found;
  }

  // Those of some contacts that a slice reaches, by instant: a slice reaches back into the one before it at most.
  Events firsts(const std::vector<Events>& by_slice, std::size_t number, const ShardBits& of) const {
    const BitsRange& instants = slices_[number].there;
    Events found;
    for (std::size_t i = number - std::min<std::size_t>(number, 1); i <= number; ++i) {
      for (const std::uint64_t event : by_slice[i]) if (has_bit(of, Keys::place(event)) && instants.least <= keys_->at(event) && keys_->at(event) <= instants.most) found.push_back(event);
    }
    sort_events(found);
    return found;
  }

  // The first event of all time of each contact, where it lies in the window, by slice.
  void find_firsts(Shard& shard, std::vector<Events>& by_slice) const {
    auto& best = shard.scratch.values;
    take_outer_events(scans_[0], EventScan::From::first, shard, best, [&](const EventBlock&, std::uint32_t, std::uint32_t place, std::int64_t at) {
      if (best[place] == kNoValue || at < best[place]) best[place] = at;
    });
    for_each_bit(shard.living, [&](std::uint32_t place) {
      const Timestamp at{best[place]};
      if (best[place] == kNoValue || !(instants_.is_doubtful(at) ? window_.contains(at) : instants_.sure.first <= at && at <= instants_.sure.last)) return;
      const auto slice = std::ranges::lower_bound(slices_, best[place], {}, [](const Slice& one) { return one.there.most; });
      by_slice[static_cast<std::size_t>(slice - slices_.begin())].push_back(keys_->key(best[place], place));
    });
  }

  // Candidates that come late and early enough after a chain's end. Key idea: a chain's end opens at one instant and closes at another;
  // going forward in time, a contact needs only the latest closing of those that have opened.
  Events follow(const TypedStep& step, const Events& ends, const Events& candidates, Shard& shard) const {
    auto& closes = shard.scratch.values;
    closes.fill(kNoValue);
    const bool later = step.kind == StepKind::later;
    const TimeSpan last{later ? step.upper : step.gap.number, step.gap.unit};
    if (!is_fixed(step.gap.unit)) return follow_by_calendar(step, last, ends, candidates, closes);
    const std::int64_t opens_after = later ? std::max<std::int64_t>(fixed_ms(step.gap), 1) : 1;
    const std::int64_t closes_after = fixed_ms(last);
    Events found;
    std::size_t next = 0;
    for (const std::uint64_t candidate : candidates) {
      const std::int64_t here = keys_->at(candidate);
      for (; next < ends.size() && keys_->at(ends[next]) + opens_after <= here; ++next) closes[Keys::place(ends[next])] = keys_->at(ends[next]) + closes_after;
      if (here <= closes[Keys::place(candidate)]) found.push_back(candidate);
    }
    return found;
  }

  // By months neither openings nor closings keep the order of the ends: the 30th and the 31st may both lead to the 28th.
  Events follow_by_calendar(const TypedStep& step, const TimeSpan& last, const Events& ends, const Events& candidates, std::array<std::int64_t, kShardContacts>& closes) const {
    struct Opening {
      std::int64_t at;
      std::int64_t closes;
      std::uint32_t place;
    };
    std::vector<Opening> openings;
    for (const std::uint64_t end : ends) {
      const std::int64_t at = keys_->at(end);
      const std::int64_t opens = step.kind == StepKind::later ? std::max(at + 1, add(Timestamp{at}, step.gap).ms) : at + 1;
      openings.push_back({opens, add(Timestamp{at}, last).ms, Keys::place(end)});
    }
    std::ranges::sort(openings, {}, &Opening::at);
    Events found;
    auto next = openings.begin();
    for (const std::uint64_t candidate : candidates) {
      const std::int64_t here = keys_->at(candidate);
      for (; next != openings.end() && next->at <= here; ++next) closes[next->place] = std::max(closes[next->place], next->closes);
      if (here <= closes[Keys::place(candidate)]) found.push_back(candidate);
    }
    return found;
  }

  // Ends with no candidate after them until the time is over, and it is over. Going backwards a contact needs only the next candidate.
  Events unanswered(const TypedStep& step, const Events& ends, const Events& candidates, Shard& shard) const {
    auto& next = shard.scratch.values;
    next.fill(std::numeric_limits<std::int64_t>::max());
    const std::int64_t fixed = is_fixed(step.gap.unit) ? fixed_ms(step.gap) : 0;
    Events found;
    std::size_t left = candidates.size();
    for (std::size_t i = ends.size(); i-- > 0;) {
      const std::int64_t at = keys_->at(ends[i]);
      for (; left > 0 && keys_->at(candidates[left - 1]) > at; --left) next[Keys::place(candidates[left - 1])] = keys_->at(candidates[left - 1]);
      const std::int64_t over = is_fixed(step.gap.unit) ? at + fixed : add(Timestamp{at}, step.gap).ms;
      if (over <= environment_.t.ms && next[Keys::place(ends[i])] > over) found.push_back(ends[i]);
    }
    std::ranges::reverse(found);
    return found;
  }

  const TypedExpression& node_;
  const Environment environment_;
  WindowAt window_;
  WindowAt::Instants instants_;
  std::deque<EventScan> scans_;
  std::vector<std::size_t> order_;  // of the steps that must be there
  std::optional<Keys> keys_;
  std::vector<Slice> slices_;
};

}  // namespace

OperatorPtr sequence_operator(const TypedExpression& node, const Environment& environment) {
  for (const TypedStep& step : node.steps) if (step.source.where && asks_previous(*step.source.where)) return paired_sequence_operator(node, environment);
  auto found = std::make_unique<SequenceOperator>(node, environment);
  return found->fits() ? std::move(found) : nullptr;
}

}  // namespace wanamaker
