#include "calendar/window.h"

#include "base/check.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace wanamaker {
namespace {

constexpr Timestamp kBeginning{std::numeric_limits<std::int64_t>::min() / 4};
constexpr Timestamp kEnd{std::numeric_limits<std::int64_t>::max() / 4};

bool is_calendar(const Window& window) { return window.kind == Window::Kind::last_calendar || window.kind == Window::Kind::current; }

// The days [from, to) of a calendar window seen from a day.
std::pair<Date, Date> calendar_days(const Window& window, Date today) {
  const CalendarUnit unit = window.span.unit;
  const Date start = start_of_unit(today, unit);
  if (window.kind == Window::Kind::last_calendar) return {add_units(start, unit, -window.span.number), start};
  return {add_units(start, unit, window.shift), add_units(start, unit, window.shift + 1)};
}

TimeSpan upper_span(const Window& window) { return {window.upper, window.span.unit}; }

}  // namespace

WindowAt::WindowAt(const Window& window, Timestamp t, const Zone& zone)
    : window_(window), t_(t), today_(zone.day_of(t)), earliest_(kBeginning), latest_(kEnd) {
  if (is_calendar(window)) {
    std::tie(from_day_, to_day_) = calendar_days(window, today_);
    earliest_ = zone.start_of(from_day_);
    latest_ = {zone.start_of(to_day_).ms - 1};
    return;
  }
  switch (window.kind) {
    case Window::Kind::ever:
    case Window::Kind::last_calendar:
    case Window::Kind::current: break;
    case Window::Kind::last:
      latest_ = t;
      if (is_fixed(window.span.unit)) earliest_ = {subtract_fixed(t, window.span).ms + 1};
      break;
    case Window::Kind::more_than_ago:
      latest_ = is_fixed(window.span.unit) ? subtract_fixed(t, window.span) : t;
      break;
    case Window::Kind::between_ago:
      latest_ = is_fixed(window.span.unit) ? subtract_fixed(t, window.span) : t;
      if (is_fixed(window.span.unit)) earliest_ = {subtract_fixed(t, upper_span(window)).ms + 1};
      break;
    case Window::Kind::next:
      earliest_ = {t.ms + 1};
      latest_ = add(t, window.span);
      break;
    case Window::Kind::since: earliest_ = window.by_date ? zone.start_of(window.first_day) : window.first_at; break;
    case Window::Kind::before: latest_ = {(window.by_date ? zone.start_of(window.first_day) : window.first_at).ms - 1}; break;
    case Window::Kind::between:
    case Window::Kind::on:
      earliest_ = window.by_date ? zone.start_of(window.first_day) : window.first_at;
      latest_ = window.by_date ? Timestamp{zone.start_of({window.last_day.days + 1}).ms - 1} : window.last_at;
      break;
  }
}

bool WindowAt::contains(Timestamp at) const {
  if (at < earliest_ || at > latest_) return false;
  // Rolling months and years are counted from the value, not from t: it leaves once and never comes back.
  switch (window_.kind) {
    case Window::Kind::last: return is_fixed(window_.span.unit) || t_ < add(at, window_.span);
    case Window::Kind::more_than_ago: return is_fixed(window_.span.unit) || t_ >= add(at, window_.span);
    case Window::Kind::between_ago: return is_fixed(window_.span.unit) || (t_ >= add(at, window_.span) && t_ < add(at, upper_span(window_)));
    case Window::Kind::ever:
    case Window::Kind::last_calendar:
    case Window::Kind::next:
    case Window::Kind::current:
    case Window::Kind::since:
    case Window::Kind::before:
    case Window::Kind::between:
    case Window::Kind::on: return true;
  }
  CHECK(false, "every window has a case");
}

WindowAt::Instants WindowAt::instants() const {
  constexpr std::int64_t kDoubt = 5 * kMillisecondsPerDay;  // a month's end is moved by three days at most
  Instants instants{.sure = {earliest_, latest_}, .doubtful = {}};
  const bool rolls = window_.kind == Window::Kind::last || window_.kind == Window::Kind::more_than_ago || window_.kind == Window::Kind::between_ago;
  if (!rolls || is_fixed(window_.span.unit)) return instants;
  // Days that every month has keep their order: then the bound is as sharp as of weeks.
  constexpr int kKept = 27;
  const Date day = utc_date(t_);
  const bool is_sharp = day.days - start_of_unit(day, CalendarUnit::month).days < kKept;
  // The last instant that is so long ago.
  const auto before = [&](const TimeSpan& span) {
    const std::int64_t bound = add_units(day, span.unit, -span.number).days * kMillisecondsPerDay;
    if (is_sharp) return bound + t_.ms - day.days * kMillisecondsPerDay;
    instants.doubtful.push_back({{bound - kDoubt}, {bound + kDoubt}});
    return bound;
  };
  if (window_.kind == Window::Kind::last) instants.sure.first = std::max(earliest_, Timestamp{before(window_.span) + 1});
  else instants.sure.last = std::min(latest_, Timestamp{before(window_.span)});
  if (window_.kind == Window::Kind::between_ago) instants.sure.first = std::max(earliest_, Timestamp{before(upper_span(window_)) + 1});
  return instants;
}

bool WindowAt::contains(Date day) const {
  switch (window_.kind) {
    case Window::Kind::ever: return true;
    case Window::Kind::last: return day <= today_ && today_ < add(day, window_.span);
    case Window::Kind::more_than_ago: return today_ >= add(day, window_.span);
    case Window::Kind::between_ago: return add(day, window_.span) <= today_ && today_ < add(day, upper_span(window_));
    case Window::Kind::next: return today_ <= day && day < add(today_, window_.span);
    case Window::Kind::last_calendar:
    case Window::Kind::current: return from_day_ <= day && day < to_day_;
    case Window::Kind::since: return day >= window_.first_day;
    case Window::Kind::before: return day < window_.first_day;
    case Window::Kind::between:
    case Window::Kind::on: return window_.first_day <= day && day <= window_.last_day;
  }
  CHECK(false, "every window has a case");
}

namespace {

// A value on `day` is in a calendar window while today lies in [first, last): those days' starts are the edges.
void append_calendar_edges(const Window& window, Date day, const Zone& zone, std::vector<Timestamp>& edges) {
  const CalendarUnit unit = window.span.unit;
  const Date start = start_of_unit(day, unit);
  const bool complete = window.kind == Window::Kind::last_calendar;
  const Date first = add_units(start, unit, complete ? 1 : -window.shift);
  const Date last = add_units(start, unit, complete ? window.span.number + 1 : 1 - window.shift);
  edges.push_back(zone.start_of(first));
  edges.push_back(zone.start_of(last));
}

// `in next N months`: t + N is clamped at month ends, so that it can step back within a month; every such step is an edge.
void append_next_edges(const Window& window, Timestamp at, std::vector<Timestamp>& edges) {
  edges.push_back(at);
  if (is_fixed(window.span.unit)) {
    edges.push_back(subtract_fixed(at, window.span));
    return;
  }
  const Date day = utc_date(at);
  const std::int64_t time_of_day = at.ms - day.days * kMillisecondsPerDay;
  const std::int64_t months = window.span.number * (window.span.unit == CalendarUnit::year ? 12 : 1);
  const Date base = add_months(day, -std::min<std::int64_t>(months, 12 * 10'000));
  for (int shift = -1; shift <= 4; ++shift) {
    const std::int64_t midnight = (base.days + shift) * kMillisecondsPerDay;
    edges.push_back({midnight});
    edges.push_back({midnight + time_of_day});
  }
}

}  // namespace

void append_edges(const Window& window, Timestamp at, const Zone& zone, std::vector<Timestamp>& edges) {
  switch (window.kind) {
    case Window::Kind::last:
      edges.push_back(at);
      edges.push_back(add(at, window.span));
      break;
    case Window::Kind::more_than_ago: edges.push_back(add(at, window.span)); break;
    case Window::Kind::between_ago:
      edges.push_back(add(at, window.span));
      edges.push_back(add(at, upper_span(window)));
      break;
    case Window::Kind::next: append_next_edges(window, at, edges); break;
    case Window::Kind::last_calendar:
    case Window::Kind::current: append_calendar_edges(window, zone.day_of(at), zone, edges); break;
    case Window::Kind::ever:
    case Window::Kind::since:
    case Window::Kind::before:
    case Window::Kind::between:
    case Window::Kind::on: break;
  }
}

void append_edges(const Window& window, Date day, const Zone& zone, std::vector<Timestamp>& edges) {
  const auto at_start_of = [&](Date edge) { edges.push_back(zone.start_of(edge)); };
  switch (window.kind) {
    case Window::Kind::last:
      at_start_of(day);
      at_start_of(add(day, window.span));
      break;
    case Window::Kind::more_than_ago: at_start_of(add(day, window.span)); break;
    case Window::Kind::between_ago:
      at_start_of(add(day, window.span));
      at_start_of(add(day, upper_span(window)));
      break;
    case Window::Kind::next: {
      at_start_of({day.days + 1});
      const bool months = window.span.unit == CalendarUnit::month || window.span.unit == CalendarUnit::year;
      if (months) {
        const Date base = add_units(day, window.span.unit, -window.span.number);
        for (int shift = -1; shift <= 5; ++shift) at_start_of({base.days + shift});
      } else {
        at_start_of({add_units(day, window.span.unit, -window.span.number).days + 1});
      }
      break;
    }
    case Window::Kind::last_calendar:
    case Window::Kind::current: append_calendar_edges(window, day, zone, edges); break;
    case Window::Kind::ever:
    case Window::Kind::since:
    case Window::Kind::before:
    case Window::Kind::between:
    case Window::Kind::on: break;
  }
}

}  // namespace wanamaker
