#include "live/live.h"

#include "base/check.h"
#include "evaluate/counting_sort.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <tuple>

namespace wanamaker {
namespace {

// Commands after which every condition may say something else for everybody.
bool changes_everything(const Command& command) {
  return std::holds_alternative<SetZone>(command.body) || std::holds_alternative<PutSet>(command.body) || std::holds_alternative<AlterAttribute>(command.body);
}

bool changes_rules(const Command& command) { return std::holds_alternative<PutSegment>(command.body) || std::holds_alternative<DeleteSegment>(command.body); }

// The segment whose definition alone it changes; empty: another command.
std::string_view key_changed_by(const Command& command) {
  if (const auto* put = std::get_if<PutSegment>(&command.body)) return put->key;
  if (const auto* gone = std::get_if<DeleteSegment>(&command.body)) return gone->key;
  return {};
}

bool changes_overrides(const Command& command) {
  return std::holds_alternative<OverrideMembership>(command.body) || std::holds_alternative<MergeContacts>(command.body) || std::holds_alternative<EraseContact>(command.body);
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
  if (is_idle(base)) return false;
  if (settled_at_ == kTimestampMin) return true;
  get_ready(base, zone);
  if (t <= settled_at_) return false;
  const auto next = agenda_.next();
  return (next && *next <= t) || (graph_.ranks() && t.ms >= ranked_at_.ms + kRankingRefreshMs);
}

bool Live::takes_long(Timestamp t) const {
  if (segments_.empty()) return false;
  return !is_ready_ || agenda_.has_more_than(kManyLooks, t) || (graph_.ranks() && t.ms >= ranked_at_.ms + kRankingRefreshMs);
}

// ---- one command ----

void Live::prepare(const Command& command, Base& base, const Zone& zone) {
  now_ = std::max(settled_at_, command.accepted_at);
  touches_ = {};
  first_new_ = base.ordinals();
  for (const ContactOrdinal contact : woken_) is_woken_[contact.value] = false;
  woken_.clear();
  was_rebuilt_ = false;
  if (is_idle(base)) return;
  get_ready(base, zone);
  serve_time(base, zone, now_);
  note_touches(command, base);
}

void Live::note_touches(const Command& command, const Base& base) {
  const bool with_colleagues = !graph_.touched_by({.kind = TopicKind::colleagues}).empty();
  add_touches(command, now_, base, {.with_groups = graph_.reads_groups(), .with_colleagues = with_colleagues}, touches_);
}

void Live::settle(const Command& command, std::span<const Base::NewEvent> appended, Base& base, const Zone& zone) {
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
    rebuild_graph(base, zone, {.cause = changes_rules(command) ? Cause::definition : Cause::setting, .key = key_changed_by(command), .everything_changed = everything});
  } else if (changes_overrides(command) && graph_.is_behind(base.catalog)) {
    base.settle();
    rebuild_graph(base, zone, {.cause = touches_.cause});
  }
  if (graph_.reads_groups()) base.settle();
  else base.settle_events();
  note_touches(command, base);
  serve_command(appended, base, zone);
  show();
  if (graph_.ranks() && now_.ms >= ranked_at_.ms + kRankingRefreshMs) refresh_rankings(base, zone);
  emit();
  feed_.keep(kFeedEntriesKept);
  settled_at_ = now_;
}

// ---- time alone ----

// Contacts come at random: what the next ones need is fetched from memory, some ahead and in steps: what one step reads tells where the next
// one does. A step is done for a block at once: to find the pages of many places takes hardly longer than to find that of one.
template <typename FetchOne>
void Live::fetch_ahead(Fetched& fetched, std::size_t served, std::size_t end, FetchOne fetch_one) const {
  constexpr std::size_t kBlock = 32;
  if (served + kBlock / 2 < fetched.newest) return;
  const auto go = [&](std::size_t& done, std::size_t until, QuickLook::Fetch step) {
    for (done = std::max(done, served); done < std::min(until, end); ++done) fetch_one(done, step);
  };
  if (fetched.strips <= served) go(fetched.strips, served + kBlock, QuickLook::Fetch::strips);
  const std::size_t has_strip = fetched.strips;
  const std::size_t has_rows = std::max(fetched.rows, std::min(served + kBlock / 2, has_strip));
  go(fetched.strips, has_strip + kBlock, QuickLook::Fetch::strips);
  go(fetched.rows, has_strip, QuickLook::Fetch::rows);
  go(fetched.newest, has_rows, QuickLook::Fetch::newest);
}

void Live::fetch_upcoming(const Base& base) {
  if (fetched_hour_ != agenda_.open_hour()) upcoming_fetched_ = {};
  fetched_hour_ = agenda_.open_hour();
  fetch_ahead(upcoming_fetched_, agenda_.taken(), agenda_.opened(), [&](std::size_t i, QuickLook::Fetch step) {
    const Look look = agenda_.open_at(i);
    fetch(step, look.contact, look.condition, look.at, base);
  });
}

// Of what has just arrived the strip is there.
void Live::fetch_wanted(std::size_t served, const Base& base) {
  fetch_ahead(wanted_fetched_, served, wants_.size(), [&](std::size_t i, QuickLook::Fetch step) {
    const Want& want = wants_[i];
    const QuickLook* quick = graph_.quick(want.condition);
    const bool is_there = want.has_arrived && quick != nullptr && quick->reads_one_strip();
    if (!is_there) fetch(step, want.contact, want.condition, now_, base);
  });
}

void Live::fetch(QuickLook::Fetch step, ContactOrdinal contact, ConditionNumber number, Timestamp at, const Base& base) const {
  if (step == QuickLook::Fetch::strips) bits_.fetch(contact);
  const QuickLook* quick = graph_.quick(number);
  if (quick == nullptr) return;
  if (!quick->reads_one_strip()) return quick->fetch(step, contact, base);
  const EventTable& table = base.events[quick->strip().value];
  if (step == QuickLook::Fetch::strips) table.fetch(contact);
  else if (step == QuickLook::Fetch::rows && !quick->is_over(contact, at, base)) table.fetch_rows(contact);
}

void Live::serve_time(const Base& base, const Zone& zone, Timestamp until) {
  for (;;) {
    fetch_upcoming(base);
    const std::vector<Look>& looks = agenda_.take(until);
    if (looks.empty()) return show();
    for (const Look& look : looks) {
      want_in_time(look);
      wake(look.contact);
    }
    const Timestamp at = looks.front().at;
    serve_wants(Fetching::done, base, probe_at(at, base, zone));
    const Timestamp recorded_at = now_;
    now_ = at;
    emit();
    now_ = recorded_at;
  }
}

// ---- one contact ----

Probe& Live::probe_at(Timestamp t, const Base& base, const Zone& zone) {
  flips_since_.forget();
  if (!probe_ || &probe_->environment().base != &base || &probe_->environment().zone != &zone) probe_ = std::make_unique<Probe>(Environment{base, zone, t}, nullptr);
  else probe_->move_to(t);
  return *probe_;
}

void Live::look(const Want& want, Probe& probe) {
  const ContactOrdinal contact = want.contact;
  const ConditionNumber number = want.condition;
  const QuickLook* quick = graph_.quick(number);
  QuickLook::Answer answer;
  if (quick != nullptr) {
    const QuickLook::News news{.kind = want.news, .at = want.own_at};
    if (!quick->told_by(news, probe.environment().t, answer) && !quick->look(contact, news, graph_.reads(), probe, answer)) quick = nullptr;
  }
  const LiveCondition* condition = quick == nullptr ? graph_.condition(number) : nullptr;
  if (quick == nullptr) {
    if (condition == nullptr || condition->ranks()) return;
    answer.holds = probe.decide(condition->definition.root, Subject::of(contact));
    answer.since = kTimestampMax;
  }
  if (bits_.set(contact, number, answer.holds)) {
    for (const SegmentNumber segment : graph_.over(number)) affected_[segment.value / 64] |= std::uint64_t{1} << (segment.value % 64);
    turned_[number.value / 64] |= std::uint64_t{1} << (number.value % 64);
    turned_numbers_.push_back(number);
  }
  quiet_since_ = std::max(quiet_since_, answer.since);
  if (quick != nullptr) {
    if (answer.next != QuickLook::kNever) agenda_.promise({answer.next, contact, number});
  } else if (condition->next_edge.is_timed()) {
    if (const auto next = condition->next_edge.after(contact, answer.holds, probe)) agenda_.promise({*next, contact, number});
  }
}

void Live::decide(const Task& task, Probe& probe) {
  quiet_since_ = kTimestampMin;
  graph_.reads().turn_to(task.contact, probe.environment().t, probe.environment().base);
  for (const Want& want : task.wants) look(want, probe);
  if (task.is_new) affected_.assign(affected_.size(), ~std::uint64_t{0});
  else if (turned_numbers_.empty()) return;
  for (std::size_t word = 0; word < affected_.size(); ++word) {
    for (std::uint64_t left = std::exchange(affected_[word], 0); left != 0; left &= left - 1)
      turn(task, {static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(left))}, probe);
  }
  for (const ConditionNumber number : turned_numbers_) turned_[number.value / 64] = 0;
  turned_numbers_.clear();
}

// Of the data that the segment's conditions look at. Each segment that may turn has a condition that was looked at.
Timestamp Live::newest_datum(const Task& task, const Graph::Rule& rule) {
  if (task.is_new) return task.newest;
  const Timestamp first = task.wants.front().own_at;
  if (std::ranges::all_of(task.wants, [&](const Want& want) { return want.own_at == first; })) return first;
  Timestamp newest = kNoDatum;
  for (const Want& want : task.wants)
    if (want.own_at > newest && std::ranges::binary_search(rule.formula.conditions(), want.condition)) newest = want.own_at;
  return newest;
}

void Live::turn(const Task& task, SegmentNumber segment, Probe& probe) {
  const Graph::Rule* rule = graph_.rule(segment);
  if (rule == nullptr) return;  // invalid: its last good members stay
  const auto [held_before, holds] = graph_.decide(segment, bits_.row(task.contact), turned_.data());
  const bool held = !task.is_new && held_before;
  if (held == holds) return;
  const Timestamp own_at = newest_datum(task, *rule);
  Shown& shown = turns_.emplace_back();
  shown.segment = segment;
  shown.contact = task.contact;
  shown.holds = holds;
  Flip& flip = flips_.emplace_back();
  flip.segment = segment;
  flip.contact = task.contact;
  flip.holds = holds;
  flip.cause = own_at != kNoDatum ? task.cause : Cause::time;
  flip.effective_at = own_at != kNoDatum ? effective_at(task, *rule, own_at, probe.environment()) : probe.environment().t;
}

// The later of the datum's own time and the instant since which the answer is what it is now (LANGUAGE.md 6, 17). What was looked at says
// itself since when it is so; all else of the contact is as it was when the command before was settled, unless time woke the contact since.
Timestamp Live::effective_at(const Task& task, const Graph::Rule& rule, Timestamp own_at, const Environment& environment) {
  if (own_at >= environment.t || rule.definition.ranks()) return environment.t;
  const bool rest_is_as_before = task.is_new || (own_at >= settled_at_ && !was_woken(task.contact));
  if (quiet_since_ <= own_at && rest_is_as_before && !was_rebuilt_) return own_at;
  return flips_since_.flipped_at(rule.definition.root, task.contact, own_at, environment);
}

void Live::wake(ContactOrdinal contact) {
  if (contact.value >= is_woken_.size()) is_woken_.resize(contact.value + std::size_t{1});
  is_woken_[contact.value] = true;
  woken_.push_back(contact);
}

// The contact is no longer there. Where it became another one, that one takes its place in segments that keep their last good members.
void Live::drop(ContactOrdinal contact, const Base& base, Cause cause) {
  for (std::uint32_t i = 0; i < graph_.condition_slots(); ++i) bits_.set(contact, {i}, false);
  const std::optional<ContactOrdinal> heir = base.find_contact(base.contact_id(contact));
  for (std::uint32_t i = 0; i < segments_.size(); ++i) {
    if (!segments_[i].members.set(contact, false)) continue;
    flips_.push_back({{i}, contact, false, cause, now_});
    if (heir && graph_.rule({i}) == nullptr && segments_[i].members.set(*heir, true)) flips_.push_back({{i}, *heir, true, cause, now_});
  }
}

// ---- what a command touched ----

void Live::serve_command(std::span<const Base::NewEvent> appended, const Base& base, const Zone& zone) {
  Probe& probe = probe_at(now_, base, zone);
  newest_of_new_.assign(base.ordinals() - first_new_, kTimestampMin);
  want_touched();
  const bool are_arrivals_alone = wants_.empty();
  want_arrived(appended, base, probe);
  if (!are_arrivals_alone) std::ranges::stable_sort(wants_, {}, &Want::contact);
  serve_wants(Fetching::to_be_done, base, probe);
  for (const ContactOrdinal contact : named_) if (!base.is_contact(contact)) drop(contact, base, touches_.cause);
  serve_new(base, probe);
}

void Live::want_in_time(const Look& look) {
  Want& want = wants_.emplace_back();
  want.contact = look.contact;
  want.condition = look.condition;
  want.news = QuickLook::News::Kind::time;
}

void Live::want_touched() {
  named_.clear();
  for (const Touch& touch : touches_.all) {
    const Topic& topic = touches_.topics[touch.topic];
    if (topic.kind == TopicKind::everything) named_.push_back(touch.contact);
    if (is_new(touch.contact)) note_newest(touch.contact, touch.own_at);
    else for (const ConditionNumber number : graph_.touched_by(topic)) wants_.push_back({.contact = touch.contact, .condition = number, .own_at = touch.own_at});
  }
}

// In order of contact.
void Live::want_arrived(std::span<const Base::NewEvent> appended, const Base& base, Probe& probe) {
  arrivals_.clear();
  for (std::uint32_t i = 0; i < appended.size(); ++i) arrivals_.push_back(std::uint64_t{appended[i].contact.value} << 32 | i);
  sort_by_counting(arrivals_, 32, 32 + static_cast<unsigned>(std::bit_width(base.ordinals())));
  const auto event_of = [&](std::size_t i) -> const Base::NewEvent& { return appended[arrivals_[i] & UINT32_MAX]; };
  constexpr std::size_t kAtOnce = 64;
  const auto end_from = [&](std::size_t first) { return std::min(first + kAtOnce, arrivals_.size()); };
  const auto fetch_from = [&](std::size_t first) {
    for (std::size_t i = first; i < end_from(first); ++i) if (graph_.arrivals(event_of(i).place.event) != nullptr) bits_.fetch(event_of(i).contact);
  };
  fetch_from(0);
  for (std::size_t first = 0; first < arrivals_.size(); first += kAtOnce) {
    fetch_from(first + kAtOnce);
    for (std::size_t i = first; i < end_from(first); ++i) want_arrived(event_of(i), base, probe);
  }
}

void Live::want_arrived(const Base::NewEvent& event, const Base& base, Probe& probe) {
  const auto& [place, contact, at] = event;
  const bool has_come = at <= now_;  // what is of the future has changed nothing yet
  if (is_new(contact)) {
    if (has_come) note_newest(contact, at);
    return;
  }
  Arrivals* arrivals = graph_.arrivals(place.event);
  if (arrivals == nullptr) return;
  const std::uint64_t* row = bits_.row(contact);
  const auto holds = [&](ConditionNumber number) { return ConditionBits::is_set(row, number); };
  arrivals->for_each({place.event, place.row}, contact, probe, holds, [&](ConditionNumber number, Arrivals::Passes passes) {
    using Kind = QuickLook::News::Kind;
    const Kind news = has_come && passes == Arrivals::Passes::surely ? Kind::one_event : Kind::anything;
    const QuickLook* quick = graph_.quick(number);
    if (quick != nullptr && quick->is_vain({.kind = news, .at = at}, contact, base)) return;
    Want& want = wants_.emplace_back();
    want.contact = contact;
    want.condition = number;
    if (has_come) want.own_at = at;
    want.news = news;
    want.has_arrived = true;
  });
}

// Contact by contact, each condition once, by its newest datum. Shape: wants_ are in order of contact.
void Live::serve_wants(Fetching fetching, const Base& base, Probe& probe) {
  wanted_fetched_ = {};
  for (std::size_t i = 0; i < wants_.size();) {
    if (fetching == Fetching::to_be_done) fetch_wanted(i, base);
    const std::size_t first = i;
    while (i < wants_.size() && wants_[i].contact == wants_[first].contact) ++i;
    const std::span<Want> all = merged(std::span(wants_).subspan(first, i - first));
    const ContactOrdinal contact = all.front().contact;
    if (base.is_contact(contact)) decide({.contact = contact, .wants = all, .cause = cause_for(contact)}, probe);
  }
  wants_.clear();
}

// Each condition once. Several events that came are no news of one. What one event wants is in order.
std::span<Live::Want> Live::merged(std::span<Want> wants) {
  const auto are_in_order = [](const Want& a, const Want& b) { return a.condition < b.condition; };
  if (std::ranges::adjacent_find(wants, [&](const Want& a, const Want& b) { return !are_in_order(a, b); }) == wants.end()) return wants;
  std::ranges::sort(wants, [](const Want& a, const Want& b) { return std::tie(a.condition, b.own_at) < std::tie(b.condition, a.own_at); });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < wants.size(); ++i) {
    if (wants[i].condition == wants[kept].condition) wants[kept].news = QuickLook::News::Kind::anything;
    else wants[++kept] = wants[i];
  }
  return wants.first(kept + 1);
}

// A merge or an erasure changes others through their account only.
Cause Live::cause_for(ContactOrdinal contact) const {
  const bool through_account = (touches_.cause == Cause::merge || touches_.cause == Cause::erasure) && std::ranges::find(named_, contact) == named_.end();
  return through_account ? Cause::account : touches_.cause;
}

// All of a contact that was not there before; without a datum of its own the command only named it.
void Live::serve_new(const Base& base, Probe& probe) {
  std::vector<Want> wants;
  for (std::uint32_t i = 0; i < newest_of_new_.size(); ++i) {
    const ContactOrdinal contact{first_new_ + i};
    if (!base.is_contact(contact)) continue;
    const Timestamp newest = newest_of_new_[i] == kTimestampMin ? now_ : newest_of_new_[i];
    wants.clear();
    for (const ConditionNumber number : graph_.touched_by({})) wants.push_back({.contact = contact, .condition = number, .own_at = newest});
    decide({.contact = contact, .wants = wants, .is_new = true, .newest = newest, .cause = touches_.cause}, probe);
  }
}

// Who turned stands in the members of his segment, for all to read. A bit of each lies elsewhere in memory.
void Live::show() {
  constexpr std::size_t kAtOnce = 64;
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    const std::span<const Shown> some = std::span(turns_).subspan(i, std::min(kAtOnce, turns_.size() - i));
    if (i % kAtOnce == 0) for (const Shown& next : some) segments_[next.segment.value].members.fetch(next.contact);
    segments_[turns_[i].segment.value].members.set(turns_[i].contact, turns_[i].holds);
  }
  turns_.clear();
}

// A contact may turn twice in one command, by its data and by a ranking that is refreshed behind them: it keeps the order.
void Live::emit() {
  const auto in_order = [](const Flip& flip) { return std::tuple(flip.effective_at, flip.contact, flip.segment); };
  if (!std::ranges::is_sorted(flips_, {}, in_order)) std::ranges::stable_sort(flips_, {}, in_order);  // a definition's first members are
  for (const Flip& flip : flips_) {
    Transition transition{.segment = flip.segment, .version = segments_[flip.segment.value].version, .contact = flip.contact,
                          .turn = flip.holds ? Turn::entered : Turn::left, .cause = flip.cause, .effective_at = flip.effective_at, .recorded_at = now_};
    feed_.append(transition);
  }
  flips_.clear();
}

}  // namespace wanamaker
