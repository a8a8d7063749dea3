#include "durable/live_state.h"

#include "durable/engine_calls.h"
#include "durable/workload.h"
#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace wanamaker::durable {
namespace {

using Folded = std::map<SegmentNumber, std::set<ContactOrdinal>>;

// The first entry that cannot follow the ones before it, where there is one.
std::vector<std::string> fold(const Feed& feed, Folded& folded) {
  std::vector<std::string> complaints;
  std::uint64_t number = feed.first();
  feed.read(number - 1, [&](const Transition& transition) {
    if (transition.number != number++) complaints.push_back(fmt::format("feed: {} follows {}", transition.number, number - 2));
    std::set<ContactOrdinal>& members = folded[transition.segment];
    const bool is_new = transition.turn == Turn::entered ? members.insert(transition.contact).second : members.erase(transition.contact) == 1;
    if (!is_new) complaints.push_back(fmt::format("feed: {} {} twice by entry {}", transition.contact.value, name_of(transition.turn), transition.number));
    return complaints.empty();
  });
  if (complaints.empty() && number != feed.last() + 1) complaints.push_back(fmt::format("feed: it ends at {} instead of {}", number - 1, feed.last()));
  return complaints;
}

std::set<ContactOrdinal> kept_members(const LiveSegment& segment) {
  std::set<ContactOrdinal> members;
  segment.members.for_each([&](ContactOrdinal contact) { members.insert(contact); });
  return members;
}

}  // namespace

LiveState live_state(Engine& engine) {
  const Base& base = read_base(engine);
  const Live& live = engine.live();
  LiveState state{.settled_at = live.settled_at(), .members = {}, .complaints = {}};
  Folded folded;
  state.complaints = fold(live.feed(), folded);
  for (std::uint32_t i = 0; i < live.segments().size(); ++i) {
    const LiveSegment& segment = live.segments()[i];
    const std::set<ContactOrdinal> kept = kept_members(segment);
    if (live.feed().first() == 1 && !segment.is_deleted && folded[{i}] != kept) state.complaints.push_back(fmt::format("segment {}: the feed folds to something else", segment.key));
    const auto saved = base.catalog.segments.find(segment.key);
    if (segment.is_deleted || segment.invalid_since || saved == base.catalog.segments.end()) continue;
    const auto definition = compile_saved(segment.key, base.schema, base.catalog);
    if (!definition || definition->ranks()) continue;
    const SweepResult decided = Sweeper(best_kernels(), 1).sweep(*definition, base, read_zone(engine), live.settled_at());
    for (std::uint32_t contact = 0; contact < base.ordinals(); ++contact) {
      if (decided.has({contact}) == kept.contains({contact})) continue;
      state.complaints.push_back(fmt::format("segment {}: the kept members are not those of its definition", segment.key));
      break;
    }
    if (lane_of(segment.key) != 0) continue;
    std::vector<std::string>& ids = state.members[segment.key];
    for (const ContactOrdinal contact : kept) ids.emplace_back(base.contact_id(contact));
    std::ranges::sort(ids);
  }
  return state;
}

}  // namespace wanamaker::durable
