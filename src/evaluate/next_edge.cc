#include "evaluate/next_edge.h"

#include "base/check.h"
#include "evaluate/asked_about.h"
#include "evaluate/curves.h"
#include "evaluate/edges.h"

#include <algorithm>
#include <limits>

namespace wanamaker {
namespace {

constexpr std::int64_t kYearMs = 400 * kMillisecondsPerDay;     // more than a year
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kMonthDaysMost = 31;
constexpr std::int64_t kClampedDaysMost = 4;                    // instants of a month's end change places by at most so many days

bool operand_is_timed(const TypedOperand& operand);

}  // namespace

bool changes_by_time(const TypedExpression& node) {
  switch (node.kind) {
    case ExpressionKind::did:
    case ExpressionKind::sequence:
    case ExpressionKind::moment:
    case ExpressionKind::has_been:
    case ExpressionKind::changed: return true;
    case ExpressionKind::related: return node.source.where && changes_by_time(*node.source.where);
    case ExpressionKind::compare:
      return node.test == CoreTest::window || node.test == CoreTest::anniversary || std::ranges::any_of(node.operands, operand_is_timed);
    case ExpressionKind::all_of:
    case ExpressionKind::any_of:
    case ExpressionKind::inverse:
    case ExpressionKind::at_least_of:
    case ExpressionKind::segment: return std::ranges::any_of(node.children, changes_by_time);
    case ExpressionKind::constant:
    case ExpressionKind::list:
    case ExpressionKind::ranking:
    case ExpressionKind::random: return false;
  }
  CHECK(false, "every condition has a case");
}

namespace {

bool operand_is_timed(const TypedOperand& operand) {
  switch (operand.kind) {
    case OperandKind::days_since:
    case OperandKind::time_of: return true;
    case OperandKind::aggregate:
    case OperandKind::count:
    case OperandKind::property_of:
      return operand.source.kind == SourceClass::events || (operand.source.where && changes_by_time(*operand.source.where));
    case OperandKind::part: return operand.part == TimePart::age;
    case OperandKind::arithmetic:
    case OperandKind::negate: return std::ranges::any_of(operand.operands, operand_is_timed);
    case OperandKind::path:
    case OperandKind::literal:
    case OperandKind::tile: return false;
  }
  CHECK(false, "every operand has a case");
}

bool operand_repeats(const TypedOperand& operand) {
  return (operand.kind == OperandKind::part && operand.part == TimePart::age) || std::ranges::any_of(operand.operands, operand_repeats);
}

std::size_t clocks_in(const TypedOperand& operand) {
  std::size_t clocks = operand.kind == OperandKind::days_since ? 1 : 0;
  for (const TypedOperand& inner : operand.operands) clocks += clocks_in(inner);
  return clocks;
}

// A source whose filter says the same at all times.
bool has_still_filter(const TypedSource& source) {
  return source.kind == SourceClass::events && (!source.where || !changes_by_time(*source.where));
}

// Of a comparison with literals: the one operand that reads events of one source.
const TypedSource* only_source(const TypedExpression& node) {
  if (node.test == CoreTest::window || node.test == CoreTest::anniversary) return nullptr;
  const TypedOperand& left = node.operands[0];
  const bool reads_events = left.kind == OperandKind::aggregate || left.kind == OperandKind::count || left.kind == OperandKind::property_of;
  const bool beside_literals = std::all_of(node.operands.begin() + 1, node.operands.end(), [](const TypedOperand& right) { return right.kind == OperandKind::literal; });
  return reads_events && beside_literals && has_still_filter(left.source) ? &left.source : nullptr;
}

// Of a condition that asks about colleagues alone, who speak of themselves: what it asks of them.
const TypedSource* only_colleagues(const TypedExpression& node) {
  if (node.kind == ExpressionKind::related) return shares_colleagues(node.source) ? &node.source : nullptr;
  if (node.kind != ExpressionKind::compare || (node.operands[0].kind != OperandKind::aggregate && node.operands[0].kind != OperandKind::count)) return nullptr;
  const bool beside_literals = std::all_of(node.operands.begin() + 1, node.operands.end(), [](const TypedOperand& right) { return right.kind == OperandKind::literal; });
  return beside_literals && node.test != CoreTest::window && node.test != CoreTest::anniversary && shares_colleagues(node.operands[0].source) ? &node.operands[0].source : nullptr;
}

bool is_rolling(const Window& window) {
  return window.kind == Window::Kind::last || window.kind == Window::Kind::more_than_ago || window.kind == Window::Kind::between_ago;
}

bool is_calendar(const Window& window) { return window.kind == Window::Kind::current || window.kind == Window::Kind::last_calendar; }

// Events only enter it with their own time, and leave it after a span or never.
bool only_rolls_out(const Window& window) { return window.kind == Window::Kind::last || !(is_rolling(window) || is_calendar(window)); }

void keep_earlier(std::optional<Timestamp>& earliest, Timestamp candidate) {
  if (!earliest || candidate < *earliest) earliest = candidate;
}

// One strip of a contact's events, oldest first.
struct Strip {
  StripView rows;

  // The first instant after t at which the time of an event that passes, moved by the span, comes. Shape: passes(row).
  template <typename Passes>
  std::optional<Timestamp> first_moved(TimeSpan span, Timestamp t, Passes passes) const {
    const std::int64_t span_ms = is_fixed(span.unit) ? fixed_ms(span) : span_days_most(span) * kMillisecondsPerDay;
    const std::int64_t reach = std::min(span_ms, t.ms - kTimestampMin.ms);
    std::optional<Timestamp> earliest;
    for (std::size_t i = rows.until({t.ms - reach - 1}); i < rows.size(); ++i) {
      const Timestamp at = rows.at(i);
      const Timestamp moved = add(at, span);
      if (moved > t && (!earliest || moved < *earliest) && passes(rows[i])) earliest = moved;
      if (earliest && (is_fixed(span.unit) || moved.ms > earliest->ms + kClampedDaysMost * kMillisecondsPerDay)) break;
    }
    return earliest;
  }

 private:
  static std::int64_t span_days_most(TimeSpan span) {
    constexpr std::int64_t kMost = 1'000'000;
    const std::int64_t months = span.unit == CalendarUnit::year ? 12 : span.unit == CalendarUnit::quarter ? 3 : 1;
    return std::min(span.number, kMost) * months * kMonthDaysMost + kClampedDaysMost;
  }
};

}  // namespace

NextEdge::NextEdge(const TypedExpression& condition) : condition_(condition) {
  if (!changes_by_time(condition)) return;
  kind_ = Kind::general;
  repeats_yearly_ = condition.kind == ExpressionKind::compare && (condition.test == CoreTest::anniversary || std::ranges::any_of(condition.operands, operand_repeats));
  is_cut_ = repeats_yearly_ || (condition.kind == ExpressionKind::compare && std::ranges::any_of(condition.operands, [](const TypedOperand& side) { return clocks_in(side) > 0; }));
  if (const TypedSource* colleagues = only_colleagues(condition); colleagues != nullptr && colleagues->where) {
    source_ = colleagues;
    kind_ = Kind::account;
  } else if (condition.kind == ExpressionKind::did && has_still_filter(condition.source)) {
    source_ = &condition.source;
    window_ = condition.source.window;
    kind_ = Kind::events;
    if (condition.count.kind == CountKind::regular && window_.kind != Window::Kind::ever) {
      kind_ = Kind::general;  // two bounds: the units looked at, and the window
    } else if (condition.count.kind == CountKind::regular) {
      const auto unit = condition.count.on == CountOn::weeks ? CalendarUnit::week : condition.count.on == CountOn::months ? CalendarUnit::month : CalendarUnit::day;
      window_ = {.kind = Window::Kind::last_calendar, .span = {condition.units_looked_at, unit}};
    } else if (condition.count.kind == CountKind::at_least && condition.count.on == CountOn::times && condition.number > 0 && only_rolls_out(window_)) {
      kind_ = Kind::at_least;
    }
  } else if (condition.kind == ExpressionKind::moment && has_still_filter(condition.source)) {
    source_ = &condition.source;
    window_ = condition.window;
    kind_ = Kind::moment;
  } else if (condition.kind == ExpressionKind::compare) {
    source_ = only_source(condition);
    if (source_ != nullptr) window_ = source_->window, kind_ = Kind::events;
  }
}

std::optional<Timestamp> NextEdge::after(ContactOrdinal contact, bool holds, Probe& probe) const {
  switch (kind_) {
    case Kind::never: return std::nullopt;
    case Kind::at_least:
      if (holds) return of_support(contact, probe);
      return of_events(contact, probe, Looking::at_arrivals);
    case Kind::events: return of_events(contact, probe, Looking::at_all_edges);
    case Kind::moment: return of_moment(contact, probe);
    case Kind::account: return of_account(contact, probe);
    case Kind::general: return has_begun(contact, probe.environment().base) ? first_edge(condition_, contact, probe) : std::nullopt;
  }
  CHECK(false, "every kind has a case");
}

// A sequence without an event of its first step says the same until one comes.
bool NextEdge::has_begun(ContactOrdinal contact, const Base& base) const {
  if (condition_.kind != ExpressionKind::sequence) return true;
  return std::ranges::any_of(condition_.steps[0].source.events, [&](EventTypeId type) { return !base.events[type.value].rows_of(contact).empty(); });
}

// It holds by its newest N events that pass: it can end when the first of these leaves. Whatever comes before only keeps it up.
std::optional<Timestamp> NextEdge::of_support(ContactOrdinal contact, Probe& probe) const {
  if (window_.kind != Window::Kind::last) return std::nullopt;
  const std::optional<Timestamp> first_out = condition_.number == 1 ? newest_out(contact, probe) : newest_few_out(contact, probe);
  // At a month's end an older event may leave after a newer one: then every edge is looked at.
  return first_out && *first_out > probe.environment().t ? first_out : of_events(contact, probe, Looking::at_all_edges);
}

// When the newest event that passes leaves.
std::optional<Timestamp> NextEdge::newest_out(ContactOrdinal contact, Probe& probe) const {
  const auto newest = end_of(contact, Which::last, probe);
  return newest ? std::optional(add(*newest, window_.span)) : std::nullopt;
}

// The time of the first or last event up to now that passes.
std::optional<Timestamp> NextEdge::end_of(ContactOrdinal contact, Which which, Probe& probe) const {
  const auto event = probe.end_of(*source_, which, Subject::of(contact), Window{});
  return event ? std::optional(probe.time_of(*event)) : std::nullopt;
}

// One event is the first or last; until another comes only its own edges count.
std::optional<Timestamp> NextEdge::of_moment(ContactOrdinal contact, Probe& probe) const {
  std::optional<Timestamp> earliest = of_events(contact, probe, Looking::at_arrivals);
  const auto at = end_of(contact, condition_.which, probe);
  if (!at) return earliest;
  std::vector<Timestamp> edges;
  wanamaker::append_edges(window_, *at, probe.environment().zone, edges);
  for (const Timestamp edge : edges)
    if (edge > probe.environment().t) keep_earlier(earliest, edge);
  return earliest;
}

// When the first of the newest N that pass leaves.
std::optional<Timestamp> NextEdge::newest_few_out(ContactOrdinal contact, Probe& probe) const {
  const Environment& environment = probe.environment();
  std::vector<Strip> strips;
  std::vector<std::size_t> ends;  // rows below are still to be looked at
  for (const EventTypeId type : source_->events) {
    strips.push_back({environment.base.events[type.value].rows_of(contact)});
    ends.push_back(strips.back().rows.until(environment.t));
  }
  std::optional<Timestamp> first_out;
  for (std::int64_t found = 0; found < condition_.number;) {
    std::size_t newest = strips.size();
    for (std::size_t i = 0; i < strips.size(); ++i) {
      if (ends[i] == 0) continue;
      const auto at = [&](std::size_t strip) { return strips[strip].rows.at(ends[strip] - 1); };
      if (newest == strips.size() || at(i) > at(newest)) newest = i;
    }
    if (newest == strips.size()) break;
    const std::size_t place = --ends[newest];
    if (!passes(contact, {source_->events[newest], strips[newest].rows[place]}, probe)) continue;
    keep_earlier(first_out, add(strips[newest].rows.at(place), window_.span));
    ++found;
  }
  return first_out;
}

bool NextEdge::passes(ContactOrdinal contact, const EventRef& event, Probe& probe) const {
  if (!source_->where) return true;
  Subject subject = Subject::of(contact);
  subject.event = &event;
  return probe.decide(*source_->where, subject);
}

std::optional<Timestamp> NextEdge::of_events(ContactOrdinal contact, Probe& probe, Looking looking) const {
  const Environment& environment = probe.environment();
  std::optional<Timestamp> earliest;
  for (const EventTypeId type : source_->events) {
    const Strip strip{environment.base.events[type.value].rows_of(contact)};
    if (strip.rows.empty()) continue;
    const bool all_have_come = strip.rows.newest_at() <= environment.t;
    if (looking == Looking::at_arrivals && all_have_come) continue;
    if (!all_have_come) keep_earlier(earliest, strip.rows.at(strip.rows.until(environment.t)));
    if (looking == Looking::at_arrivals) continue;
    if (is_rolling(window_)) {
      const auto passes_filter = [&](std::uint32_t row) { return passes(contact, {type, row}, probe); };
      if (const auto moved = strip.first_moved(window_.span, environment.t, passes_filter)) keep_earlier(earliest, *moved);
      if (window_.kind != Window::Kind::between_ago) continue;
      if (const auto moved = strip.first_moved({window_.upper, window_.span.unit}, environment.t, passes_filter)) keep_earlier(earliest, *moved);
    } else if (is_calendar(window_)) {
      // The newest event's edges are the last ones. Until then every unit may end a condition.
      std::vector<Timestamp> edges;
      wanamaker::append_edges(window_, strip.rows.newest_at(), environment.zone, edges);
      if (std::ranges::none_of(edges, [&](Timestamp edge) { return edge > environment.t; })) continue;
      const Date start = start_of_unit(environment.zone.day_of(environment.t), window_.span.unit);
      keep_earlier(earliest, environment.zone.start_of(add_units(start, window_.span.unit, 1)));
    }
  }
  return earliest;
}

// The first edge of anyone in a large account, oneself included: a look too many costs little.
std::optional<Timestamp> NextEdge::of_account(ContactOrdinal contact, Probe& probe) const {
  const Environment& environment = probe.environment();
  const auto account = probe.shared_account(*source_, Subject::of(contact));
  if (!account) return first_edge(condition_, contact, probe);
  return probe.memo().first_edge(condition_, *account, [&] {
    std::optional<Timestamp> earliest;
    for (const ContactOrdinal of : environment.base.contacts_of(*account))
      if (const auto edge = first_edge(*source_->where, of, probe)) keep_earlier(earliest, *edge);
    return earliest;
  });
}

// Of the condition or a part of it.
std::optional<Timestamp> NextEdge::first_edge(const TypedExpression& node, ContactOrdinal contact, Probe& probe) const {
  const Environment& environment = probe.environment();
  std::vector<Timestamp> edges;
  bool complete = true;
  EdgeRange range{.from = environment.t, .until = edge_range(environment.t).until};
  if (repeats_yearly_) range.until = {environment.t.ms + kYearMs};
  append_edges(node, Subject::of(contact), environment, range, edges, complete, &probe.memo());
  if (!complete) return Timestamp{environment.t.ms + kHourMs};  // only definitions that can_be_foreseen() are kept live
  std::optional<Timestamp> earliest;
  for (const Timestamp edge : edges)
    if (edge > environment.t) keep_earlier(earliest, edge);
  // Of what goes on for ever only the edges in the range are known: look again at its end.
  if (is_cut_ && (!earliest || *earliest > range.until)) return range.until;
  return earliest;
}

bool can_be_foreseen(const TypedExpression& node) {
  std::size_t clocks = 0;
  for (const TypedOperand& side : node.operands) clocks += clocks_in(side);
  return clocks <= kCurveDegreeMax && std::ranges::all_of(node.children, can_be_foreseen);
}

}  // namespace wanamaker
