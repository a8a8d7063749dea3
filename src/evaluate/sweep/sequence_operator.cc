#include "evaluate/sweep/sequence_operator.h"

#include "calendar/window.h"
#include "evaluate/previous.h"
#include "evaluate/sweep/contact_spans.h"
#include "evaluate/sweep/outer_events.h"
#include "evaluate/sweep/paired_sequence.h"
#include "evaluate/sweep/sequence_events.h"
#include "evaluate/sweep/two_steps.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <numeric>
#include <optional>
#include <span>

namespace wanamaker {
namespace {

using Keys = SequenceKeys;
using Events = SequenceEvents;

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
  SequenceOperator(const TypedExpression& node, const Environment& environment, const Kernels& kernels) : node_(node), environment_(environment), window_(node.window, environment.t, environment.zone), instants_(window_.instants()) {
    for (std::size_t i = 0; i < node.steps.size(); ++i) {
      const bool unbounded = (i == 0 && node.from_first) || node.steps[i].kind == StepKind::absent;
      scans_.emplace_back(node.steps[i].source, unbounded ? Window{} : node.window, environment);
      if (node.steps[i].kind != StepKind::absent) order_.push_back(i);
    }
    BitsRange all{EventScan::kAlways.most, EventScan::kAlways.least};
    for (const EventScan& scan : scans_) all = {std::min(all.least, scan.reach().least), std::max(all.most, scan.reach().most)};
    if (all.least <= all.most && all.most - all.least > Keys::kSpanMost) return;
    keys_.emplace(all.least);
    const std::int64_t longest = longest_chain(node);
    slices_ = slices(all, longest);
    whole_ = {all, {all.least, all.most + longest}};
    std::ranges::stable_sort(order_, {}, [&](std::size_t step) { return is_first(step) ? std::min(scans_[step].cost(), EventScan::cost_of(environment.base.ordinals())) : scans_[step].cost(); });
    streamed_ = choose_streamed();
    way_ = choose_way(kernels);
    seeks_few_ = !node.from_first && node.steps[order_[0]].source.where;
  }
  // Whether the events lie close enough to one another; else this decides nothing.
  bool fits() const { return keys_.has_value(); }

  void decide(Shard& shard, ShardBits& out) const override {
    out.fill(0);
    switch (way_) {
      case Way::compared: return compare_steps(shard, out);
      case Way::unblocked: return find_unblocked(shard, out);
      case Way::after_first: return decide_after_first(shard, out);
      case Way::repeated:
        if (!decide_repeated(shard, out)) decide_by_slices(shard, out);
        return;
      case Way::by_slices: return decide_by_slices(shard, out);
    }
  }

 private:
  // How chains are found; each but the last is for two steps of a certain kind.
  enum class Way : std::uint8_t { compared, unblocked, after_first, repeated, by_slices };
  Way choose_way(const Kernels& kernels) const {
    if (node_.steps.size() != 2 || !has_fixed_gap(1)) return Way::by_slices;
    const StepKind second = node_.steps[1].kind;
    if (node_.from_first) return second == StepKind::absent ? Way::by_slices : Way::after_first;
    if (is_comparable(kernels)) return Way::compared;
    // `A then not B` where B is the rarer one: who has no B near an A is found without collecting the As.
    if (second == StepKind::absent && scans_[1].chunks() < scans_[0].chunks() && leaves_many(scans_[0], kernels)) return Way::unblocked;
    return second == StepKind::within && node_.steps[0].source.events.size() == 1 && same_before(order_.back()) ? Way::repeated : Way::by_slices;
  }

  // Who has a chain in one slice is not asked about in the next, and most events lie far from any chain.
  void decide_by_slices(Shard& shard, ShardBits& out) const {
    ShardBits open = shard.living;
    std::vector<Events> first(slices_.size());
    if (node_.from_first) find_firsts(shard, first);
    const EventScan& rarest = scans_[order_[0]];
    const std::optional<Events> few = seeks_few_ ? few_events(rarest, shard) : std::nullopt;
    const std::span<const Slice> slices = few ? std::span(&whole_, 1) : std::span(slices_);
    for (std::size_t i = 0; i < slices.size(); ++i) {
      const Events begun = few ? *few : is_first(order_[0]) ? firsts(first, i, open) : events(rarest, slices[i].there, shard, open);
      const ShardBits found = chains(slices[i], begun, first, i, shard, open);
      unite(out, found);
      for (std::size_t word = 0; word < open.size(); ++word) open[word] &= ~found[word];
    }
    intersect(out, shard.living);
  }

  bool is_first(std::size_t step) const { return step == 0 && node_.from_first; }
  bool has_fixed_gap(std::size_t step) const { return is_fixed(node_.steps[step].gap.unit); }
  // Two steps of which neither has many times the events of the other: then to put spans beside contacts costs more than it saves.
  bool is_comparable(const Kernels& kernels) const {
    constexpr std::size_t kNamesMost = 4;  // of more, putting events in order costs too much
    // How many times as many events the one step may have as the other; measured. Events of the second step are read only of who has the first, and who has none
    // of a second step that must be absent need not be compared.
    constexpr double kOfFirst = 9;
    constexpr double kOfSecond = 5;
    constexpr double kOfAbsent = 3.5;
    if (same_before(order_.back())) return false;
    if (node_.steps[0].source.events.size() > kNamesMost || node_.steps[1].source.events.size() > kNamesMost) return false;
    const auto left = [&](const EventScan& scan) { return static_cast<double>(scan.chunks()) * scan.share_passing(kernels); };
    const double first = left(scans_[0]);
    const double second = left(scans_[1]);
    if (first <= second) return second <= first * kOfFirst;
    return first <= second * (node_.steps[1].kind == StepKind::absent ? kOfAbsent : kOfSecond);
  }
  // Whether a step's filter leaves more than a few of its events, so that these are better not collected.
  static bool leaves_many(const EventScan& scan, const Kernels& kernels) {
    constexpr double kFew = 1.0 / 64;
    return scan.share_passing(kernels) > kFew;
  }
  // The step of the most events, which are not collected but asked whether they come at the right time after (or before) those of their neighbour;
  // none where it cannot be one.
  std::optional<std::size_t> choose_streamed() const {
    const std::size_t step = order_.back();
    if (order_.size() < 2 || is_first(step) || same_before(step)) return std::nullopt;
    if (step == 0 && (node_.steps[1].kind == StepKind::absent || !has_fixed_gap(1))) return std::nullopt;
    return step;
  }

  // A slice is much longer than a chain, or chains would be looked for twice, and has some chunks of the largest step.
  std::vector<Slice> slices(const BitsRange& all, std::int64_t longest) const {
    constexpr std::int64_t kSlicesMost = 32;
    constexpr std::int64_t kLengths = 4;     // of the longest chain
    constexpr std::size_t kChunksLeast = 4;  // of each shard
    if (std::ranges::any_of(scans_, &EventScan::rolls_by_months) || all.least > all.most) return {{EventScan::kAlways, EventScan::kAlways}};
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

  // Contacts with a chain that ends in a slice, some with one of the slice before too. Steps that must be there are collected in the order of what they
  // cost; each only of contacts that have all before it.
  ShardBits chains(const Slice& slice, const Events& rarest, const std::vector<Events>& first, std::size_t number, Shard& shard, ShardBits of) const {
    std::vector<Events> steps(node_.steps.size());
    for (const std::size_t step : order_) {
      if (step == streamed_) break;
      if (step == order_[0]) steps[step] = rarest;
      else if (is_first(step)) steps[step] = firsts(first, number, of);
      else if (const auto same = same_before(step)) steps[step] = steps[*same];
      else steps[step] = events(scans_[step], slice.there, shard, of);
      if (steps[step].empty()) return {};
      of = places(steps[step]);
    }
    if (streamed_ == 0) {
      if (is_worth_streaming(0, steps[1], slice)) {
        const ContactSpans spans(spans_before(node_.steps[1], steps[1]), shard.scratch);
        if (steps.size() == 2) return owners_in(spans, scans_[0], slice.there, shard, of);
        steps[0] = events_in(spans, scans_[0], slice.there, shard, of);
      } else {
        steps[0] = events(scans_[0], slice.there, shard, of);
      }
    }
    Events ends = std::move(steps[0]);
    for (std::size_t i = 1; i < steps.size() && !ends.empty(); ++i) {
      const TypedStep& step = node_.steps[i];
      if (step.kind == StepKind::absent) {
        ends = unanswered(step, ends, events(scans_[i], slice.absent, shard, places(ends)), shard);
      } else if (streamed_ != i) {
        ends = follow(step, ends, steps[i], shard);
      } else if (!is_worth_streaming(i, ends, slice)) {
        ends = follow(step, ends, events(scans_[i], slice.there, shard, places(ends)), shard);
      } else {
        const ContactSpans spans(spans_after(step, ends), shard.scratch);
        if (i + 1 == steps.size()) return owners_in(spans, scans_[i], slice.there, shard, spans.places());
        ends = events_in(spans, scans_[i], slice.there, shard, spans.places());
      }
    }
    return places(ends);
  }

  // Of a slice's share of the step's events: where its neighbour has more, putting those in order by contact costs more than it saves.
  bool is_worth_streaming(std::size_t step, const Events& neighbour, const Slice& slice) const {
    const std::size_t shards = environment_.base.ordinals() / kShardContacts + 1;
    return neighbour.size() < scans_[step].chunks() * Chunk::kRows / (shards * (&slice == &whole_ ? 1 : slices_.size()));
  }

  void compare_steps(Shard& shard, ShardBits& out) const {
    const bool is_absent = node_.steps[1].kind == StepKind::absent;
    const std::size_t begun = order_[0];  // the rarer step of two that must be there, else the first
    Events steps[2];
    steps[begun] = all_events(scans_[begun], shard);
    steps[1 - begun] = events(scans_[1 - begun], EventScan::kAlways, shard, places(steps[begun]));
    const StepGap gap = gap_of(node_.steps[1]);
    out = is_absent ? with_first_alone(steps[0], steps[1], gap, environment_.t.ms - gap.closes, *keys_, shard) : with_both(steps[0], steps[1], gap, *keys_, shard);
    intersect(out, shard.living);
  }

  // Contacts with an event of the first step and none of the second until the time is over, and it is over. Key idea: an event of the second says of
  // which instants before it this cannot hold.
  void find_unblocked(Shard& shard, ShardBits& out) const {
    const std::int64_t gap = fixed_ms(node_.steps[1].gap);
    std::vector<ContactSpans::Span> blocked;
    for (const std::uint64_t event : all_events(scans_[1], shard)) blocked.push_back({Keys::place(event), keys_->at(event) - gap, keys_->at(event) - 1});
    const ContactSpans spans(blocked, shard.scratch);
    out = owners(scans_[0], {EventScan::kAlways.least, environment_.t.ms - gap}, shard, shard.living, [&](std::uint32_t place, std::int64_t at) { return at + gap <= environment_.t.ms && !spans.holds(place, at); });
  }

  // All events of a step if they are so few that slices would have more to do than they save.
  std::optional<Events> few_events(const EventScan& scan, Shard& shard) const {
    constexpr std::size_t kFew = 1'024;
    Events found;
    scan.for_each_block_from(EventScan::From::first, shard, [&](const EventBlock& block, std::int64_t) {
      block.for_each_at([&](std::uint32_t, std::uint32_t place, std::int64_t at) { found.push_back(keys_->key(at, place)); });
      return found.size() <= kFew;
    });
    if (found.size() > kFew) return std::nullopt;
    sort_events(found);
    return found;
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
      const RowMask rows = block.find(of, shard.kernels);
      std::size_t next = found.size();
      found.resize(next + shard.kernels.population(rows.data(), static_cast<std::uint32_t>(rows.size())));
      block.for_each_at_of(rows, [&](std::uint32_t, std::uint32_t place, std::int64_t at) { found[next++] = keys_->key(at, place); });
    }, EventScan::Reads::instants);
    sort_events(found);
    return found;
  }
  // Of all.
  Events all_events(const EventScan& scan, Shard& shard) const {
    Events found;
    scan.for_each_block(shard, [&](const EventBlock& block) {
      std::size_t next = found.size();
      found.resize(next + block.events);
      block.for_each_at([&](std::uint32_t, std::uint32_t place, std::int64_t at) { found[next++] = keys_->key(at, place); });
    }, EventScan::Reads::instants);
    sort_events(found);
    return found;
  }

  // Those in a span of their contact.
  Events events_in(const ContactSpans& spans, const EventScan& scan, const BitsRange& instants, Shard& shard, const ShardBits& of) const {
    Events found;
    scan.for_each_block_in(overlap(instants, spans.reach()), shard, [&](const EventBlock& block) {
      block.for_each_at_of(block.find(of, shard.kernels), [&](std::uint32_t, std::uint32_t place, std::int64_t at) {
        if (spans.holds(place, at)) found.push_back(keys_->key(at, place));
      });
    }, EventScan::Reads::instants);
    sort_events(found);
    return found;
  }

  // Contacts with an event in one of their spans.
  static ShardBits owners_in(const ContactSpans& spans, const EventScan& scan, const BitsRange& instants, Shard& shard, const ShardBits& of) {
    return owners(scan, overlap(instants, spans.reach()), shard, of, [&](std::uint32_t place, std::int64_t at) { return spans.holds_of(place, at); });
  }

  // Those of some contacts who have an event that passes; no one is asked about again.
  template <typename Passes>
  static ShardBits owners(const EventScan& scan, const BitsRange& instants, Shard& shard, ShardBits of, Passes passes) {
    ShardBits found{};
    scan.for_each_block_in(instants, shard, [&](const EventBlock& block) {
      block.for_each_at_of(block.find(of, shard.kernels), [&](std::uint32_t, std::uint32_t place, std::int64_t at) {
        if (!passes(place, at)) return;
        set_bit(found, place);
        put_bit(of, place, false);
      });
    }, EventScan::Reads::instants);
    return found;
  }

  static BitsRange overlap(const BitsRange& one, const BitsRange& other) { return {std::max(one.least, other.least), std::min(one.most, other.most)}; }

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

  // Whose first event of all time lies in the window. Shape: best[place] is its instant.
  ShardBits with_first(Shard& shard, std::array<std::int64_t, kShardContacts>& best) const {
    take_outer_events(scans_[0], EventScan::From::first, shard, best, [&](const EventBlock&, std::uint32_t, std::uint32_t place, std::int64_t at) {
      if (best[place] == kNoValue || at < best[place]) best[place] = at;
    });
    ShardBits found{};
    for_each_bit(shard.living, [&](std::uint32_t place) {
      const Timestamp at{best[place]};
      if (best[place] != kNoValue && (instants_.is_doubtful(at) ? window_.contains(at) : instants_.sure.first <= at && at <= instants_.sure.last)) set_bit(found, place);
    });
    return found;
  }

  void find_firsts(Shard& shard, std::vector<Events>& by_slice) const {
    const auto& best = shard.scratch.values;
    for_each_bit(with_first(shard, shard.scratch.values), [&](std::uint32_t place) {
      const auto slice = std::ranges::lower_bound(slices_, best[place], {}, [](const Slice& one) { return one.there.most; });
      by_slice[static_cast<std::size_t>(slice - slices_.begin())].push_back(keys_->key(best[place], place));
    });
  }

  // One chain can begin for each contact, so that nothing need be in order.
  void decide_after_first(Shard& shard, ShardBits& out) const {
    const auto& best = shard.scratch.values;
    const StepGap gap = gap_of(node_.steps[1]);
    const ShardBits of = with_first(shard, shard.scratch.values);
    BitsRange reach{EventScan::kAlways.most, EventScan::kAlways.least};
    for_each_bit(of, [&](std::uint32_t place) { reach = {std::min(reach.least, best[place] + gap.opens), std::max(reach.most, best[place] + gap.closes)}; });
    out = owners(scans_[1], reach, shard, of, [&](std::uint32_t place, std::int64_t at) { return at - best[place] >= gap.opens && at - best[place] <= gap.closes; });
  }

  // One event that comes again in time, where the events stand in order; false where they do not. Key idea: the one before is enough, since among events of
  // one instant the first has met those before them.
  bool decide_repeated(Shard& shard, ShardBits& out) const {
    auto& last = shard.scratch.values;
    last.fill(kNoValue);
    const StepGap gap = gap_of(node_.steps[1]);
    std::int64_t before = kNoValue;
    bool in_order = true;
    scans_[0].for_each_block_from(EventScan::From::first, shard, [&](const EventBlock& block, std::int64_t) {
      block.for_each_at([&](std::uint32_t, std::uint32_t place, std::int64_t at) {
        in_order &= before <= at;
        before = at;
        const std::int64_t apart = at - last[place];
        last[place] = at;
        out[place / 64] |= std::uint64_t{gap.opens <= apart && apart <= gap.closes} << (place % 64);
      });
      return in_order;
    });
    if (in_order) intersect(out, shard.living);
    else out.fill(0);
    return in_order;
  }

  // Of a gap of a fixed length.
  static StepGap gap_of(const TypedStep& step) {
    const bool later = step.kind == StepKind::later;
    return {later ? std::max<std::int64_t>(fixed_ms(step.gap), 1) : 1, fixed_ms({later ? step.upper : step.gap.number, step.gap.unit})};
  }

  // When the next step may come after each end of a chain, by the first instant at which it may.
  std::vector<ContactSpans::Span> spans_after(const TypedStep& step, const Events& ends) const {
    std::vector<ContactSpans::Span> spans;
    spans.reserve(ends.size());
    if (is_fixed(step.gap.unit)) {
      const StepGap gap = gap_of(step);
      for (const std::uint64_t end : ends) spans.push_back({Keys::place(end), keys_->at(end) + gap.opens, keys_->at(end) + gap.closes});
      return spans;
    }
    const bool later = step.kind == StepKind::later;
    const TimeSpan last{later ? step.upper : step.gap.number, step.gap.unit};
    for (const std::uint64_t end : ends) {
      const std::int64_t at = keys_->at(end);
      spans.push_back({Keys::place(end), later ? std::max(at + 1, add(Timestamp{at}, step.gap).ms) : at + 1, add(Timestamp{at}, last).ms});
    }
    // Openings do not keep the order of the ends: the 30th and the 31st may both lead to the 28th.
    std::ranges::stable_sort(spans, {}, &ContactSpans::Span::first);
    return spans;
  }

  // When the step before may have come, for a gap of a fixed length.
  std::vector<ContactSpans::Span> spans_before(const TypedStep& step, const Events& candidates) const {
    const StepGap gap = gap_of(step);
    std::vector<ContactSpans::Span> spans;
    spans.reserve(candidates.size());
    for (const std::uint64_t candidate : candidates) spans.push_back({Keys::place(candidate), keys_->at(candidate) - gap.closes, keys_->at(candidate) - gap.opens});
    return spans;
  }

  // Candidates that come late and early enough after a chain's end. Key idea: a chain's end opens at one instant and closes at another;
  // going forward in time, a contact needs only the latest closing of those that have opened.
  Events follow(const TypedStep& step, const Events& ends, const Events& candidates, Shard& shard) const {
    Events found;
    if (!is_fixed(step.gap.unit)) {
      const ContactSpans spans(spans_after(step, ends), shard.scratch);
      for (const std::uint64_t candidate : candidates) if (spans.holds(Keys::place(candidate), keys_->at(candidate))) found.push_back(candidate);
      return found;
    }
    auto& closes = shard.scratch.values;
    closes.fill(kNoValue);
    const StepGap gap = gap_of(step);
    std::size_t next = 0;
    for (const std::uint64_t candidate : candidates) {
      const std::int64_t here = keys_->at(candidate);
      for (; next < ends.size() && keys_->at(ends[next]) + gap.opens <= here; ++next) closes[Keys::place(ends[next])] = keys_->at(ends[next]) + gap.closes;
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
  std::optional<std::size_t> streamed_;
  bool seeks_few_ = false;  // whether the step that costs least may have few
  Way way_ = Way::by_slices;
  std::optional<Keys> keys_;
  std::vector<Slice> slices_;
  Slice whole_{};  // all time
};

}  // namespace

OperatorPtr sequence_operator(const TypedExpression& node, const Environment& environment, const Kernels& kernels) {
  for (const TypedStep& step : node.steps) if (step.source.where && asks_previous(*step.source.where)) return paired_sequence_operator(node, environment, kernels);
  auto found = std::make_unique<SequenceOperator>(node, environment, kernels);
  return found->fits() ? std::move(found) : nullptr;
}

}  // namespace wanamaker
