// Sequences of events, step by step for the whole batch: the chain ends that are reached, then those the next step reaches.

#include "base/give_way.h"
#include "calendar/window.h"
#include "evaluate/sweep/batch_sweep.h"

#include <algorithm>

namespace wanamaker {

// Every (event reached, event that may follow) of one owner whose distance in time fits the step.
Batch BatchSweep::pairs(const TypedStep& step, const Batch& from, std::size_t& next, const Batch& candidates) const {
  Batch result;
  for (; next < from.size() && result.size() < kRowsAtOnce && !environment_.is_stopped(); ++next) {
    const std::size_t i = next;
    const auto first = static_cast<std::size_t>(std::ranges::lower_bound(candidates.owner, from.owner[i]) - candidates.owner.begin());
    const Timestamp start = time_of(from.event[i]);
    const bool later = step.kind == StepKind::later;
    const Timestamp earliest = later ? add(start, step.gap) : start;
    const Timestamp latest = add(start, later ? TimeSpan{step.upper, step.gap.unit} : step.gap);
    for (std::size_t k = first; k < candidates.size() && candidates.owner[k] == from.owner[i]; ++k) {
      const Timestamp here = time_of(candidates.event[k]);
      if (here <= start || here < earliest || here > latest) continue;
      result.self.push_back(from.self[i]);
      result.asked.push_back(from.asked[i]);
      result.owner.push_back(from.owner[i]);
      result.event.push_back(candidates.event[k]);
      result.previous.push_back(from.event[i]);
      result.record.push_back(static_cast<std::uint32_t>(later || step.kind == StepKind::within ? k : i));
    }
  }
  return result;
}

void BatchSweep::for_each_passing(const TypedStep& step, const Batch& from, const Batch& candidates, const std::function<void(std::uint32_t)>& note) {
  for (std::size_t next = 0; next < from.size() && !environment_.is_stopped();) {
    give_way();
    Batch joined = pairs(step, from, next, candidates);
    const std::vector<std::uint32_t> noted = std::exchange(joined.record, {});
    const Mask passed = step.source.where ? decide(*step.source.where, joined) : Mask(joined.size(), 1);
    for (std::size_t i = 0; i < passed.size(); ++i) if (passed[i] != 0) note(noted[i]);
  }
}

Batch BatchSweep::follow(const TypedStep& step, const Batch& from, const Batch& above, const Window& window) {
  Batch candidates = expand(TypedSource{.events = step.source.events}, above, window);
  sort_events(candidates);
  Mask reached(candidates.size(), 0);
  for_each_passing(step, from, candidates, [&](std::uint32_t candidate) { reached[candidate] = 1; });
  return candidates.filtered(reached);
}

Mask BatchSweep::unanswered(const TypedStep& step, const Batch& from, const Batch& above) {
  const Batch candidates = expand(TypedSource{.events = step.source.events}, above, Window{});
  Mask answered(from.size(), 0);
  for_each_passing(step, from, candidates, [&](std::uint32_t asked_by) { answered[asked_by] = 1; });
  Mask result(above.size(), 0);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const bool over = add(time_of(from.event[i]), step.gap) <= environment_.t;
    if (over && answered[i] == 0) result[from.owner[i]] = 1;
  }
  return result;
}

Mask BatchSweep::sequence(const TypedExpression& node, const Batch& batch) {
  Batch ends = expand(node.steps[0].source, batch, node.from_first ? Window{} : node.window);
  sort_events(ends);
  if (node.from_first) {
    const WindowAt at(node.window, environment_.t, environment_.zone);
    Mask keep(ends.size(), 0);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const bool is_first = i == 0 || ends.owner[i] != ends.owner[i - 1];
      keep[i] = is_first && at.contains(time_of(ends.event[i])) ? 1 : 0;
    }
    ends = ends.filtered(keep);
  }
  for (std::size_t i = 1; i < node.steps.size(); ++i) {
    if (node.steps[i].kind == StepKind::absent) return unanswered(node.steps[i], ends, batch);
    ends = follow(node.steps[i], ends, batch, node.window);
  }
  Mask result(batch.size(), 0);
  for (const std::uint32_t owner : ends.owner) result[owner] = 1;
  return result;
}

}  // namespace wanamaker
