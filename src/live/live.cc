#include "live/live.h"

#include "base/check.h"
#include "evaluate/edges.h"

#include <algorithm>
#include <functional>

namespace wanamaker {
namespace {

// Commands after which every condition may say something else for everybody.
bool changes_everything(const Command& command) {
  return std::holds_alternative<SetZone>(command.body) || std::holds_alternative<PutSet>(command.body) || std::holds_alternative<AlterAttribute>(command.body);
}

bool changes_rules(const Command& command) {
  return std::holds_alternative<PutSegment>(command.body) || std::holds_alternative<DeleteSegment>(command.body);
}

}  // namespace

std::optional<SegmentNumber> Live::find(std::string_view key) const {
  for (std::uint32_t i = 0; i < segments_.size(); ++i)
    if (!segments_[i].is_deleted && segments_[i].key == key) return SegmentNumber{i};
  return std::nullopt;
}

std::vector<SegmentNumber> Live::find_all(std::string_view key) const {
  std::vector<SegmentNumber> found;
  for (std::uint32_t i = 0; i < segments_.size(); ++i) if (segments_[i].key == key) found.push_back({i});
  return found;
}

bool Live::is_due(Timestamp t, Base& base, const Zone& zone) {
  if (is_idle(base) || t <= settled_at_) return false;
  if (settled_at_ == kTimestampMin) return true;
  get_ready(base, zone);
  const auto next = agenda_.next();
  return (next && *next <= t) || (graph_.ranks() && t.ms >= ranked_at_.ms + kRankingRefreshMs);
}

// ---- one command ----

void Live::prepare(const Command& command, Base& base, const Zone& zone) {
  now_ = std::max(settled_at_, command.accepted_at);
  touches_ = {};
  first_new_ = base.ordinals();
  if (is_idle(base)) return;
  get_ready(base, zone);
  serve_time(base, zone, {now_.ms - 1});
  note_touches(command, base);
}

void Live::note_touches(const Command& command, const Base& base) {
  const bool with_colleagues = !graph_.touched_by({.kind = TopicKind::colleagues}).empty();
  add_touches(command, now_, base, {.with_groups = graph_.reads_groups(), .with_colleagues = with_colleagues}, touches_);
}

void Live::settle(const Command& command, Base& base, const Zone& zone) {
  if (is_idle(base)) {
    settled_at_ = now_;
    return;
  }
  const bool everything = changes_everything(command);
  if (!is_ready_) {  // the first segment ever
    settled_at_ = now_;
    get_ready(base, zone);
  } else if (everything || changes_rules(command) || graph_.is_behind(base.schema)) {
    base.settle();
    rename_segments(command, base);
    rebuild_graph(base, zone, everything, changes_rules(command) ? Cause::definition : Cause::setting);
  }
  if (graph_.reads_groups()) base.settle();
  else base.settle_events();
  note_touches(command, base);
  serve_touches(base, zone);
  if (graph_.ranks() && now_.ms >= ranked_at_.ms + kRankingRefreshMs) refresh_rankings(base, zone);
  emit();
  feed_.keep(kFeedEntriesKept);
  settled_at_ = now_;
}

// ---- time alone ----

void Live::serve_time(const Base& base, const Zone& zone, Timestamp until) {
  for (;;) {
    const std::vector<Look> looks = agenda_.take(until);
    if (looks.empty()) return;
    Probe probe({base, zone, looks.front().at}, nullptr);
    for (std::size_t i = 0; i < looks.size();) {
      Task task{.contact = looks[i].contact};
      for (; i < looks.size() && looks[i].contact == task.contact; ++i) task.conditions.push_back(looks[i].condition);
      if (base.is_contact(task.contact)) decide(task, probe);
    }
    const Timestamp recorded_at = now_;
    now_ = looks.front().at;
    emit();
    now_ = recorded_at;
  }
}

// ---- one contact ----

void Live::look(ConditionNumber number, ContactOrdinal contact, Probe& probe, std::vector<SegmentNumber>& affected) {
  const LiveCondition* condition = graph_.condition(number);
  if (condition == nullptr || condition->ranks()) return;
  const bool holds = probe.decide(condition->definition.root, Subject::of(contact));
  if (bits_[number.value].set(contact, holds)) affected.insert(affected.end(), condition->segments.begin(), condition->segments.end());
  if (!condition->next_edge.is_timed()) return;
  if (const auto next = condition->next_edge.after(contact, holds, probe)) agenda_.promise({*next, contact, number});
}

void Live::decide(Task& task, Probe& probe) {
  std::vector<SegmentNumber> affected;
  for (const ConditionNumber number : task.conditions) look(number, task.contact, probe, affected);
  if (task.is_new) for (std::uint32_t i = 0; i < segments_.size(); ++i) affected.push_back({i});
  std::ranges::sort(affected);
  affected.erase(std::ranges::unique(affected).begin(), affected.end());
  for (const SegmentNumber segment : affected) turn(task, segment, probe);
}

void Live::turn(const Task& task, SegmentNumber segment, Probe& probe) {
  const Graph::Rule* rule = graph_.rule(segment);
  if (rule == nullptr) return;  // invalid: its last good members stay
  const bool holds = rule->formula.decide([&](ConditionNumber number) { return bits_[number.value].has(task.contact); });
  if (!segments_[segment.value].members.set(task.contact, holds)) return;
  std::optional<Timestamp> own_at;  // of the data that the segment's conditions look at
  if (task.is_new) own_at = task.newest;
  for (std::size_t i = 0; i < task.own_at.size() && !task.is_new; ++i) {
    if (!task.own_at[i] || !std::ranges::binary_search(rule->formula.conditions(), task.conditions[i])) continue;
    own_at = own_at ? std::max(*own_at, *task.own_at[i]) : *task.own_at[i];
  }
  const Timestamp effective_at = own_at ? flipped_at(*rule, task.contact, *own_at, probe.environment()) : probe.environment().t;
  flips_.push_back({segment, task.contact, holds, own_at ? task.cause : Cause::time, effective_at});
}

// The later of the datum's own time and the instant since which the answer is what it is now (LANGUAGE.md 6, 17).
Timestamp Live::flipped_at(const Graph::Rule& rule, ContactOrdinal contact, Timestamp own_at, const Environment& environment) const {
  if (own_at >= environment.t || rule.definition.ranks()) return environment.t;
  const Subject subject = Subject::of(contact);
  std::vector<Timestamp> edges;
  bool complete = true;
  append_edges(rule.definition.root, subject, environment, {.from = own_at, .until = environment.t}, edges, complete);
  if (!complete) return environment.t;
  std::erase_if(edges, [&](Timestamp edge) { return edge <= own_at || edge > environment.t; });
  std::ranges::sort(edges, std::greater());
  const auto decide_at = [&](Timestamp t) { return Probe({environment.base, environment.zone, t}, nullptr).decide(rule.definition.root, subject); };
  const bool holds = decide_at(environment.t);
  for (const Timestamp edge : edges)
    if (decide_at({edge.ms - 1}) != holds) return edge;
  return own_at;
}

// The contact is no longer there.
void Live::drop(ContactOrdinal contact, Cause cause) {
  for (ContactBits& bits : bits_) bits.set(contact, false);
  for (std::uint32_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].members.set(contact, false)) flips_.push_back({{i}, contact, false, cause, now_});
  }
}

// ---- what a command touched ----

void Live::serve_touches(const Base& base, const Zone& zone) {
  std::ranges::sort(touches_.all, {}, [](const Touch& touch) { return std::tuple(touch.contact, touch.topic, touch.own_at); });
  // What time ends at this very instant is decided with what the command changes.
  std::vector<Look> looks = agenda_.take(now_);
  for (;;) {
    const std::vector<Look> more = agenda_.take(now_);
    if (more.empty()) break;
    looks.insert(looks.end(), more.begin(), more.end());
  }
  std::ranges::sort(looks, {}, [](const Look& look) { return std::pair(look.contact, look.condition); });
  Probe probe({base, zone, now_}, nullptr);
  std::size_t touch = 0;
  std::size_t look = 0;
  std::vector<bool> is_decided(base.ordinals() - first_new_);
  while (touch < touches_.all.size() || look < looks.size()) {
    Task task = next_task(touch, look, looks, base);
    if (task.is_new) is_decided[task.contact.value - first_new_] = true;
    if (base.is_contact(task.contact)) decide(task, probe);
    else drop(task.contact, task.cause);
  }
  // Contacts that nothing else touched: the command made them by naming them only.
  for (std::uint32_t i = first_new_; i < base.ordinals(); ++i) {
    if (is_decided[i - first_new_]) continue;
    Task task{.contact = {i}, .conditions = graph_.touched_by({}), .is_new = true, .newest = now_, .cause = touches_.cause};
    decide(task, probe);
  }
}

Live::Task Live::next_task(std::size_t& touch, std::size_t& look, const std::vector<Look>& looks, const Base& base) {
  const std::vector<Touch>& all = touches_.all;
  Task task{.contact = touch < all.size() ? all[touch].contact : looks[look].contact};
  if (look < looks.size()) task.contact = std::min(task.contact, looks[look].contact);
  task.is_new = task.contact.value >= first_new_;
  std::vector<std::pair<ConditionNumber, std::optional<Timestamp>>> found;
  bool is_named = false;
  for (; touch < all.size() && all[touch].contact == task.contact; ++touch) {
    task.cause = touches_.cause;
    is_named = is_named || touches_.topics[all[touch].topic].kind == TopicKind::everything;
    task.newest = std::max(task.newest, all[touch].own_at);
    const bool last_of_topic = touch + 1 == all.size() || all[touch + 1].contact != task.contact || all[touch + 1].topic != all[touch].topic;
    if (task.is_new || !last_of_topic) continue;
    for (const ConditionNumber number : graph_.touched_by(touches_.topics[all[touch].topic])) found.emplace_back(number, all[touch].own_at);
  }
  for (; look < looks.size() && looks[look].contact == task.contact; ++look) found.emplace_back(looks[look].condition, std::nullopt);
  if (task.is_new && base.is_contact(task.contact)) {
    for (const ConditionNumber number : graph_.touched_by({})) found.emplace_back(number, task.newest);
  }
  // A merge or an erasure changes others through their account only.
  if (!is_named && (task.cause == Cause::merge || task.cause == Cause::erasure)) task.cause = Cause::account;
  std::ranges::sort(found, [](const auto& a, const auto& b) { return a.first != b.first ? a.first < b.first : a.second > b.second; });
  for (const auto& [number, own_at] : found) {
    if (!task.conditions.empty() && task.conditions.back() == number) continue;
    task.conditions.push_back(number);
    task.own_at.push_back(own_at);
  }
  return task;
}

void Live::emit() {
  std::ranges::sort(flips_, {}, [](const Flip& flip) { return std::tuple(flip.effective_at, flip.contact, flip.segment); });
  for (const Flip& flip : flips_) {
    Transition transition{.segment = flip.segment, .version = segments_[flip.segment.value].version, .contact = flip.contact,
                          .turn = flip.holds ? Turn::entered : Turn::left, .cause = flip.cause, .effective_at = flip.effective_at, .recorded_at = now_};
    feed_.append(transition);
  }
  flips_.clear();
}

}  // namespace wanamaker
