#include "simulate/checks.h"

#include "evaluate/validity.h"
#include "language/checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker::simulate {
namespace {

constexpr std::uint32_t kFew = 12;

std::string describe(const EngineState& state, const Transition& one) {
  return fmt::format("change {}: {} {} {} ({}) effective {} recorded {}", one.number, state.base.contact_id(one.contact), name_of(one.turn), state.live.segments()[one.segment.value].key,
                     name_of(one.cause), to_string(one.effective_at), to_string(one.recorded_at));
}

}  // namespace

std::optional<Definition> Checks::rule_of(const EngineState& state, const std::string& key) const {
  const auto segment = state.base.catalog.segments.find(key);
  if (segment == state.base.catalog.segments.end()) return std::nullopt;
  auto definition = compile(segment->second.text, {.schema = state.base.schema, .catalog = state.base.catalog, .parameters = segment->second.parameters});
  return definition ? std::optional(*std::move(definition)) : std::nullopt;
}

// What people said of the contact, against whatever the rule says.
std::optional<bool> Checks::by_hand(const EngineState& state, SegmentNumber segment, ContactOrdinal contact) {
  const Overrides& overrides = state.base.catalog.segments.at(state.live.segments()[segment.value].key).overrides;
  if (overrides.added.contains(contact)) return true;
  return overrides.removed.contains(contact) ? std::optional(false) : std::nullopt;
}

bool Checks::holds(const EngineState& state, SegmentNumber segment, const Definition& rule, ContactOrdinal contact, Timestamp t) {
  const bool by_rule = Probe({state.base, state.zone, t}, nullptr).decide(rule.root, Subject::of(contact));
  return by_hand(state, segment, contact).value_or(by_rule);
}

std::optional<std::string> Checks::after(EngineState& state, const Command& command, Depth depth) {
  state.base.settle();
  if (auto broken = fold(state, command)) return broken;
  if (auto broken = check_snapshot(state, command)) return broken;
  return compare(state, depth);
}

std::optional<std::string> Checks::check_snapshot(const EngineState& state, const Command& command) {
  const auto* put = std::get_if<PutSnapshot>(&command.body);
  if (put == nullptr) return std::nullopt;
  const StaticList& list = state.base.catalog.lists.at(put->key);
  const auto rule = compile(put->text, {.schema = state.base.schema, .catalog = state.base.catalog});
  if (!rule) return fmt::format("snapshot {}: its rule does not compile", put->key);
  if (list.snapshot->at != state.live.settled_at()) return fmt::format("snapshot {} is of {}, not of {}", put->key, to_string(list.snapshot->at), to_string(state.live.settled_at()));
  if (rule->ranks()) return std::nullopt;
  Probe probe({state.base, state.zone, list.snapshot->at}, nullptr);
  for (std::uint32_t i = 0; i < state.base.ordinals(); ++i) {
    ++memberships_;
    const bool expected = state.base.is_contact({i}) && probe.decide(rule->root, Subject::of({i}));
    if (list.entries.contains({i}) != expected) return fmt::format("{} is {}in snapshot {}: {}", state.base.contact_id({i}), expected ? "not " : "", put->key, rule->text);
  }
  return std::nullopt;
}

std::optional<std::string> Checks::fold(EngineState& state, const Command& command) {
  std::optional<std::string> broken;
  state.live.feed().read(read_, [&](const Transition& one) {
    if (one.number != read_ + 1) broken = fmt::format("change {} follows {}", one.number, read_);
    read_ = one.number;
    std::set<ContactOrdinal>& members = folded_[one.segment];
    const bool flips = one.turn == Turn::entered ? members.insert(one.contact).second : members.erase(one.contact) == 1;
    if (!flips) broken = "no turn: " + describe(state, one);
    if (!broken) broken = check_instant(state, command, one);
    return !broken;
  });
  return broken;
}

// What is told of time alone can be checked after a command that brought nothing else; what is told of one datum when it came alone.
std::optional<std::string> Checks::check_instant(const EngineState& state, const Command& command, const Transition& one) {
  const Timestamp now = state.live.settled_at();
  if (one.effective_at > now) return "of the future: " + describe(state, one);
  const auto rule = rule_of(state, state.live.segments()[one.segment.value].key);
  if (!rule || rule->ranks()) return std::nullopt;
  const auto holds_at = [&](Timestamp t) { return holds(state, one.segment, *rule, one.contact, t); };
  if (std::holds_alternative<AdvanceTime>(command.body) && one.cause == Cause::time) {
    ++instants_;
    if (holds_at(one.effective_at) != (one.turn == Turn::entered)) return "not so then: " + describe(state, one);
    if (holds_at({one.effective_at.ms - 1}) == (one.turn == Turn::entered)) return "so before: " + describe(state, one);
  }
  const auto* batch = std::get_if<ImportBatch>(&command.body);
  if (one.cause != Cause::event || batch == nullptr || batch->rows.size() != 1) return std::nullopt;
  const Timestamp own_at = std::min(*batch->rows[0].at, now);
  if (by_hand(state, one.segment, one.contact)) return std::nullopt;
  const Validity valid = validity(rule->root, false, one.contact, {state.base, state.zone, now});
  if (!valid.known) return std::nullopt;
  ++instants_;
  const Timestamp expected = valid.since ? std::max(*valid.since, own_at) : own_at;
  if (one.effective_at != expected) return fmt::format("effective at {} is expected: {}", to_string(expected), describe(state, one));
  return std::nullopt;
}

std::optional<std::string> Checks::compare(EngineState& state, Depth depth) {
  const Base& base = state.base;
  const Timestamp now = state.live.settled_at();
  const std::uint32_t first = depth == Depth::all_contacts ? 0 : next_contact_;
  const std::uint32_t count = depth == Depth::all_contacts ? base.ordinals() : std::min(kFew, base.ordinals());
  next_contact_ += kFew;
  const auto& segments = state.live.segments();
  // Between refreshes a segment that ranks is as of its last one.
  const bool is_ranked_anew = std::exchange(ranked_at_, state.live.ranked_at()) != state.live.ranked_at();
  for (std::uint32_t i = 0; i < segments.size(); ++i) {
    const LiveSegment& segment = segments[i];
    const auto folded = folded_.find({i});
    const std::uint64_t size = folded == folded_.end() ? 0 : folded->second.size();
    if (size != segment.members.count()) return fmt::format("segment {} has {} members, the folded feed {}", segment.key, segment.members.count(), size);
    const auto rule = segment.is_deleted ? std::nullopt : rule_of(state, segment.key);
    if (segment.is_deleted || rule.has_value() == segment.invalid_since.has_value()) {
      if (segment.is_deleted && size == 0) continue;
      return fmt::format("segment {} is {} and has {} members", segment.key, segment.is_deleted ? "deleted" : "valid where it does not compile, or the other way round", size);
    }
    if (!rule) continue;
    if (rule->ranks() && !is_ranked_anew) continue;
    std::optional<SweepResult> swept;
    if (rule->ranks() || depth == Depth::all_contacts) swept = sweeper_.sweep(*rule, base, state.zone, now);
    for (std::uint32_t k = 0; k < count; ++k) {
      const ContactOrdinal contact{(first + k) % base.ordinals()};
      const bool by_rule = base.is_contact(contact) && (rule->ranks() ? swept->has(contact) : Probe({base, state.zone, now}, nullptr).decide(rule->root, Subject::of(contact)));
      if (swept && base.is_contact(contact) && swept->has(contact) != by_rule) return fmt::format("at {} the sweep and the probe differ on {}: {}", to_string(now), base.contact_id(contact), rule->text);
      const bool expected = base.is_contact(contact) && by_hand(state, {i}, contact).value_or(by_rule);
      ++memberships_;
      if (segment.members.has(contact) == expected) continue;
      return fmt::format("at {} {} is {}in segment {}: {}", to_string(now), base.contact_id(contact), expected ? "" : "not ", segment.key, rule->text);
    }
  }
  return std::nullopt;
}

}  // namespace wanamaker::simulate
