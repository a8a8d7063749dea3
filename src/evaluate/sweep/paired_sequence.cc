#include "evaluate/sweep/paired_sequence.h"

#include "calendar/window.h"
#include "evaluate/sweep/event_scan.h"
#include "evaluate/sweep/split_filter.h"
#include "evaluate/sweep/sequence_operator.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <span>
#include <utility>

namespace wanamaker {
namespace {

struct Located {
  std::int64_t at;
  std::uint32_t place;  // of the contact in the shard
  EventRef event;
};

// The events of one step, contact by contact and then by instant.
class StepEvents {
 public:
  explicit StepEvents(const std::vector<Located>& some) : starts_(kShardContacts + 1), events_(some.size()) {
    for (const Located& event : some) ++starts_[event.place + 1];
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
    for (const Located& event : some) events_[next[event.place]++] = event;
    for (std::uint32_t place = 0; place < kShardContacts; ++place) {
      const auto of = std::span(events_).subspan(starts_[place], starts_[place + 1] - starts_[place]);
      if (!std::ranges::is_sorted(of, {}, &Located::at)) std::ranges::stable_sort(of, {}, &Located::at);
    }
  }
  bool empty() const { return events_.empty(); }
  std::uint32_t begin(std::uint32_t place) const { return starts_[place]; }
  std::uint32_t end(std::uint32_t place) const { return starts_[place + 1]; }
  const Located& operator[](std::uint32_t i) const { return events_[i]; }
  const std::vector<Located>& all() const { return events_; }
  ShardBits places() const {
    ShardBits bits{};
    for (std::uint32_t place = 0; place < kShardContacts; ++place) if (begin(place) < end(place)) set_bit(bits, place);
    return bits;
  }

 private:
  std::vector<std::uint32_t> starts_;  // by place, and the end
  std::vector<Located> events_;
};

// What each test reads of each event, read when it is first asked for: most events lie too far from any other.
class PairValues {
 public:
  using Side = PairComparison::Side;
  PairValues(const std::vector<PairComparison>& tests, Side side, const StepEvents& events) : tests_(tests), side_(side), events_(events), values_(tests.size() * events.all().size()), is_read_(values_.size()) {}
  const PairValue& at(std::size_t test, std::uint32_t event) {
    const std::size_t place = event * tests_.size() + test;
    if (is_read_[place] == 0) {
      values_[place] = tests_[test].read(side_, events_[event].event);
      is_read_[place] = 1;
    }
    return values_[place];
  }

 private:
  const std::vector<PairComparison>& tests_;
  Side side_;
  const StepEvents& events_;
  std::vector<PairValue> values_;
  std::vector<std::uint8_t> is_read_;
};

class PairedSequenceOperator : public ShardOperator {
 public:
  PairedSequenceOperator(const TypedExpression& node, std::vector<SplitFilter> filters, const Environment& environment, const Kernels& kernels)
      : node_(node), filters_(std::move(filters)), environment_(environment), window_(node.window, environment.t, environment.zone), in_time_{.kind = node.kind, .from_first = node.from_first, .window = node.window} {
    for (std::size_t i = 0; i < node.steps.size(); ++i) {
      const bool unbounded = (i == 0 && node.from_first) || node.steps[i].kind == StepKind::absent;
      scans_.emplace_back(filters_[i].alone, unbounded ? Window{} : node.window, environment);
      const bool is_plain = i + 1 < node.steps.size() && !unbounded && !filters_[i].alone.where && !filters_[i + 1].alone.where;
      same_as_next_.push_back(is_plain && node.steps[i].source.events == node.steps[i + 1].source.events);
    }
    for (std::size_t i = 0; i < node.steps.size(); ++i) {
      if (node.steps[i].kind == StepKind::absent) continue;
      in_time_.steps.push_back({.kind = node.steps[i].kind, .source = filters_[i].alone, .gap = node.steps[i].gap, .upper = node.steps[i].upper});
    }
    if (in_time_.steps.size() > 1) has_chain_in_time_ = sequence_operator(in_time_, environment, kernels);
  }

  // Only who has the steps in time at all is looked at. Going back from the last step that must be there, each is collected of those alone who have
  // the next one.
  void decide(Shard& shard, ShardBits& out) const override {
    out.fill(0);
    ShardBits of = shard.living;
    if (has_chain_in_time_) has_chain_in_time_->decide(shard, of);
    std::vector<std::shared_ptr<const StepEvents>> steps(node_.steps.size());
    for (std::size_t i = steps.size(); i-- > 0;) {
      if (node_.steps[i].kind == StepKind::absent) continue;
      const bool is_as_next = i + 1 < steps.size() && same_as_next_[i] && steps[i + 1];
      steps[i] = is_as_next ? steps[i + 1] : events(scans_[i], shard, of);
      if (i == 0 && node_.from_first) steps[i] = firsts(*steps[i]);
      if (steps[i]->empty()) return;
      of = steps[i]->places();
    }
    std::shared_ptr<const StepEvents> ends = steps[0];
    for (std::size_t i = 1; i < node_.steps.size(); ++i) {
      const bool is_absent = node_.steps[i].kind == StepKind::absent;
      if (is_absent) steps[i] = events(scans_[i], shard, ends->places());
      const std::vector<Located> found = is_absent ? unanswered(i, *ends, *steps[i]) : follow(i, *ends, *steps[i]);
      if (i + 1 < node_.steps.size()) ends = std::make_shared<const StepEvents>(found);
      else for (const Located& event : found) set_bit(out, event.place);
    }
    intersect(out, shard.living);
  }

 private:
  static std::shared_ptr<const StepEvents> events(const EventScan& scan, Shard& shard, const ShardBits& of) {
    std::vector<Located> found;
    scan.for_each_block(shard, [&](const EventBlock& block) {
      const RowMask wanted = block.find(of, shard.kernels);
      block.for_each_at_of(wanted, [&](std::uint32_t row, std::uint32_t place, std::int64_t at) { found.push_back({at, place, {block.type, block.first_row() + row}}); });
    });
    return std::make_shared<const StepEvents>(found);
  }

  // Of each contact the first event of all time, where it lies in the window; the others of the same instant with it decide nothing.
  std::shared_ptr<const StepEvents> firsts(const StepEvents& all) const {
    std::vector<Located> found;
    for (std::uint32_t place = 0; place < kShardContacts; ++place) {
      if (all.begin(place) == all.end(place)) continue;
      const Located& first = first_of(all, place);
      if (window_.contains(Timestamp{first.at})) found.push_back(first);
    }
    return std::make_shared<const StepEvents>(found);
  }

  // Of some at the same instant, the one that stands first: by event name, and within one as in the strip.
  const Located& first_of(const StepEvents& all, std::uint32_t place) const {
    std::uint32_t best = all.begin(place);
    for (std::uint32_t i = best + 1; i < all.end(place) && all[i].at == all[best].at; ++i) if (is_before(all[i].event, all[best].event)) best = i;
    return all[best];
  }
  bool is_before(const EventRef& a, const EventRef& b) const {
    const Base& base = environment_.base;
    if (a.type != b.type) return base.schema.events[a.type.value].name < base.schema.events[b.type.value].name;
    const auto strip = base.events[a.type.value].rows_of(base.events[a.type.value].contact(a.row));
    return std::ranges::find(strip, a.row) < std::ranges::find(strip, b.row);
  }

  // From when to when a candidate may come after an event.
  class Gap {
   public:
    explicit Gap(const TypedStep& step)
        : least_{step.gap}, most_{step.kind == StepKind::later ? step.upper : step.gap.number, step.gap.unit}, is_later_(step.kind == StepKind::later), is_fixed_(wanamaker::is_fixed(step.gap.unit)) {
      if (is_fixed_) fixed_ = {is_later_ ? std::max<std::int64_t>(fixed_ms(least_), 1) : 1, fixed_ms(most_)};
    }
    // How much earlier than an event's closing that of a later event may be: by months the 30th and the 31st may both lead to the 28th.
    std::int64_t disorder() const { return is_fixed_ ? 0 : 4 * kMillisecondsPerDay; }
    std::int64_t opens(std::int64_t at) const { return is_fixed_ ? at + fixed_.first : is_later_ ? std::max(at + 1, add(Timestamp{at}, least_).ms) : at + 1; }
    std::int64_t closes(std::int64_t at) const { return is_fixed_ ? at + fixed_.second : add(Timestamp{at}, most_).ms; }

   private:
    TimeSpan least_;
    TimeSpan most_;
    bool is_later_;
    bool is_fixed_;
    std::pair<std::int64_t, std::int64_t> fixed_{};
  };

  bool holds(std::size_t step, PairValues& own, std::uint32_t candidate, PairValues& previous, std::uint32_t end) const {
    const std::vector<PairComparison>& tests = filters_[step].pairs;
    for (std::size_t i = 0; i < tests.size(); ++i) if (!tests[i].holds(own.at(i, candidate), previous.at(i, end))) return false;
    return true;
  }

  // Candidates that fit an end in time and pass with it; of the last step one a contact is enough.
  std::vector<Located> follow(std::size_t number, const StepEvents& ends, const StepEvents& candidates) const {
    const TypedStep& step = node_.steps[number];
    PairValues own(filters_[number].pairs, PairValues::Side::own, candidates);
    PairValues previous(filters_[number].pairs, PairValues::Side::previous, ends);
    const bool one_is_enough = number + 1 == node_.steps.size();
    const Gap gap(step);
    std::vector<Located> found;
    for (std::uint32_t place = 0; place < kShardContacts; ++place) {
      std::uint32_t from = ends.begin(place);
      if (from == ends.end(place)) continue;
      bool is_done = false;
      for (std::uint32_t candidate = candidates.begin(place); candidate < candidates.end(place) && !is_done; ++candidate) {
        const std::int64_t here = candidates[candidate].at;
        while (from < ends.end(place) && gap.closes(ends[from].at) + gap.disorder() < here) ++from;
        for (std::uint32_t end = from; end < ends.end(place) && ends[end].at < here; ++end) {
          if (gap.opens(ends[end].at) > here || here > gap.closes(ends[end].at) || !holds(number, own, candidate, previous, end)) continue;
          found.push_back(candidates[candidate]);
          is_done = one_is_enough;
          break;
        }
      }
    }
    return found;
  }

  // Ends whose time is over and that no candidate fits and passes with.
  std::vector<Located> unanswered(std::size_t number, const StepEvents& ends, const StepEvents& candidates) const {
    PairValues own(filters_[number].pairs, PairValues::Side::own, candidates);
    PairValues previous(filters_[number].pairs, PairValues::Side::previous, ends);
    const Gap gap(node_.steps[number]);
    std::vector<Located> found;
    for (std::uint32_t place = 0; place < kShardContacts; ++place) {
      std::uint32_t from = candidates.begin(place);
      for (std::uint32_t end = ends.begin(place); end < ends.end(place); ++end) {
        const std::int64_t over = gap.closes(ends[end].at);
        if (over > environment_.t.ms) continue;
        while (from < candidates.end(place) && candidates[from].at <= ends[end].at) ++from;
        bool is_answered = false;
        for (std::uint32_t i = from; i < candidates.end(place) && candidates[i].at <= over && !is_answered; ++i) is_answered = holds(number, own, i, previous, end);
        if (!is_answered) found.push_back(ends[end]);
      }
    }
    return found;
  }

  const TypedExpression& node_;
  const std::vector<SplitFilter> filters_;
  const Environment environment_;
  WindowAt window_;
  std::deque<EventScan> scans_;
  TypedExpression in_time_;         // the steps that must be there without what they ask of one another
  OperatorPtr has_chain_in_time_;  // none where it cannot be told apart
  std::vector<bool> same_as_next_;  // whether a step's events are those of the next, unless that is one that must not be there
};

}  // namespace

OperatorPtr paired_sequence_operator(const TypedExpression& node, const Environment& environment, const Kernels& kernels) {
  std::vector<SplitFilter> filters;
  for (std::size_t i = 0; i < node.steps.size(); ++i) {
    auto split = split_filter(node.steps[i].source, node.steps[i > 0 ? i - 1 : 0].source, environment);
    if (!split) return nullptr;
    filters.push_back(std::move(*split));
  }
  return std::make_unique<PairedSequenceOperator>(node, std::move(filters), environment, kernels);
}

}  // namespace wanamaker
