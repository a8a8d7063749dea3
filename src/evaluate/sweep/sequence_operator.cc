#include "evaluate/sweep/sequence_operator.h"

#include "calendar/window.h"
#include "evaluate/previous.h"
#include "evaluate/sweep/event_scan.h"

#include <algorithm>
#include <deque>
#include <limits>

namespace wanamaker {
namespace {

constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min() / 2;

struct Reached {  // the end of a chain: an event's instant and its contact's place
  std::int64_t at;
  std::uint32_t place;
};

class SequenceOperator : public ShardOperator {
 public:
  SequenceOperator(const TypedExpression& node, const Environment& environment) : node_(node), environment_(environment), window_(node.window, environment.t, environment.zone) {
    for (std::size_t i = 0; i < node.steps.size(); ++i) {
      const bool unbounded = (i == 0 && node.from_first) || node.steps[i].kind == StepKind::absent;
      scans_.emplace_back(node.steps[i].source, unbounded ? Window{} : node.window, environment);
    }
  }

  void decide(Shard& shard, ShardBits& out) const override {
    std::vector<Reached> ends = node_.from_first ? firsts(shard) : events(scans_[0], shard, shard.living);
    for (std::size_t i = 1; i < node_.steps.size(); ++i) {
      ShardBits reached{};
      for (const Reached& end : ends) set_bit(reached, end.place);
      const std::vector<Reached> candidates = events(scans_[i], shard, reached);
      ends = node_.steps[i].kind == StepKind::absent ? unanswered(node_.steps[i], ends, candidates, shard) : follow(node_.steps[i], ends, candidates, shard);
    }
    out.fill(0);
    for (const Reached& end : ends) set_bit(out, end.place);
    intersect(out, shard.living);
  }

 private:
  // Of some contacts, by instant.
  std::vector<Reached> events(const EventScan& scan, Shard& shard, const ShardBits& of) const {
    std::vector<Reached> found;
    scan.for_each_block(shard, [&](const EventBlock& block) {
      block.for_each_at([&](std::uint32_t, std::uint32_t place, std::int64_t at) { if (has_bit(of, place)) found.push_back({at, place}); });
    });
    if (!std::ranges::is_sorted(found, {}, &Reached::at)) std::ranges::sort(found, {}, &Reached::at);
    return found;
  }

  // The first event of all time of each contact, where it lies in the window.
  std::vector<Reached> firsts(Shard& shard) const {
    std::vector<bool> seen(kShardContacts);
    std::vector<Reached> found;
    for (const Reached& event : events(scans_[0], shard, shard.living)) {
      if (seen[event.place]) continue;
      seen[event.place] = true;
      if (window_.contains(Timestamp{event.at})) found.push_back(event);
    }
    return found;
  }

  // Candidates that come late and early enough after a chain's end. Key idea: a chain's end opens at one instant and closes at another;
  // going forward in time, a contact needs only the latest closing of those that have opened.
  std::vector<Reached> follow(const TypedStep& step, const std::vector<Reached>& ends, const std::vector<Reached>& candidates, Shard& shard) const {
    // An end that comes later opens later, or at the same instant.
    const auto opens = [&](std::int64_t at) { return step.kind == StepKind::later ? std::max(at + 1, add(Timestamp{at}, step.gap).ms) : at + 1; };
    const auto closes_at = [&](std::int64_t at) { return add(Timestamp{at}, step.kind == StepKind::later ? TimeSpan{step.upper, step.gap.unit} : step.gap).ms; };
    auto& closes = shard.scratch.values;
    closes.fill(kNone);
    std::vector<Reached> found;
    std::size_t next = 0;
    for (const Reached& candidate : candidates) {
      for (; next < ends.size() && opens(ends[next].at) <= candidate.at; ++next) closes[ends[next].place] = std::max(closes[ends[next].place], closes_at(ends[next].at));
      if (candidate.at <= closes[candidate.place]) found.push_back(candidate);
    }
    return found;
  }

  // Ends with no candidate after them until the time is over, and it is over. Going backwards a contact needs only the next candidate.
  std::vector<Reached> unanswered(const TypedStep& step, const std::vector<Reached>& ends, const std::vector<Reached>& candidates, Shard& shard) const {
    constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
    auto& next = shard.scratch.values;
    next.fill(kNever);
    std::vector<Reached> found;
    std::size_t left = candidates.size();
    for (std::size_t i = ends.size(); i-- > 0;) {
      for (; left > 0 && candidates[left - 1].at > ends[i].at; --left) next[candidates[left - 1].place] = candidates[left - 1].at;
      const Timestamp over = add(Timestamp{ends[i].at}, step.gap);
      if (over <= environment_.t && next[ends[i].place] > over.ms) found.push_back(ends[i]);
    }
    std::ranges::reverse(found);
    return found;
  }

  const TypedExpression& node_;
  const Environment environment_;
  WindowAt window_;
  std::deque<EventScan> scans_;
};

}  // namespace

OperatorPtr sequence_operator(const TypedExpression& node, const Environment& environment) {
  for (const TypedStep& step : node.steps) if (step.source.where && asks_previous(*step.source.where)) return nullptr;
  return std::make_unique<SequenceOperator>(node, environment);
}

}  // namespace wanamaker
