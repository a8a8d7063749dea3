#include "calendar/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace wanamaker {
namespace {

Timestamp at(const char* text) { return parse_timestamp(text).value(); }

TEST(Window, AnEventLeavesARollingWindowAtItsExactAge) {
  const Zone zone = Zone::utc();
  const Window last_30_days{.kind = Window::Kind::last, .span = {30, CalendarUnit::day}};
  const Timestamp event = at("2024-01-01T10:00:00Z");
  EXPECT_TRUE(WindowAt(last_30_days, event, zone).contains(event));
  EXPECT_TRUE(WindowAt(last_30_days, at("2024-01-31T09:59:59.999Z"), zone).contains(event));
  EXPECT_FALSE(WindowAt(last_30_days, at("2024-01-31T10:00:00Z"), zone).contains(event));
}

TEST(Window, RollingMonthsEndOnTheLastDayAndNeverComeBack) {
  const Zone zone = Zone::utc();
  const Window last_month{.kind = Window::Kind::last, .span = {1, CalendarUnit::month}};
  EXPECT_TRUE(WindowAt(last_month, at("2023-02-28T09:59:59Z"), zone).contains(at("2023-01-31T10:00:00Z")));
  EXPECT_FALSE(WindowAt(last_month, at("2023-02-28T10:00:00Z"), zone).contains(at("2023-01-31T10:00:00Z")));
  EXPECT_FALSE(WindowAt(last_month, at("2023-03-01T09:00:00Z"), zone).contains(at("2023-01-31T10:00:00Z")));
}

TEST(Window, TodayFollowsTheZone) {
  const Zone zone = Zone::find("Europe/Bratislava").value();
  const Window today{.kind = Window::Kind::current, .span = {0, CalendarUnit::day}};
  const Timestamp noon = at("2024-03-31T10:00:00Z");  // a day of 23 hours
  EXPECT_TRUE(WindowAt(today, noon, zone).contains(at("2024-03-30T23:00:00Z")));
  EXPECT_FALSE(WindowAt(today, noon, zone).contains(at("2024-03-30T22:59:59.999Z")));
  EXPECT_TRUE(WindowAt(today, noon, zone).contains(at("2024-03-31T21:59:59.999Z")));
  EXPECT_FALSE(WindowAt(today, noon, zone).contains(at("2024-03-31T22:00:00Z")));
}

// What instants() is sure of is what contains() says, also on either side of each bound.
TEST(Window, SureInstantsAreThoseContained) {
  const Zone zone = Zone::find("America/Havana").value();
  std::mt19937_64 random(11);
  const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
  int sharp = 0;
  for (int round = 0; round < 4000; ++round) {
    Window window{.kind = std::array{Window::Kind::last, Window::Kind::more_than_ago, Window::Kind::between_ago}[static_cast<std::size_t>(below(3))]};
    window.span = {1 + below(40), static_cast<CalendarUnit>(below(8))};
    window.upper = window.span.number + below(5);
    const Timestamp t{1'577'836'800'000 + below(200'000'000'000)};
    const WindowAt window_at(window, t, zone);
    const WindowAt::Instants instants = window_at.instants();
    if (window.span.unit >= CalendarUnit::month && instants.doubtful.empty()) ++sharp;
    std::vector<Timestamp> asked;
    for (const Timestamp bound : {instants.sure.first, instants.sure.last}) {
      if (bound.ms < -100'000'000'000'000 || bound > t) continue;
      for (const std::int64_t near : {-1, 0, 1}) asked.push_back({bound.ms + near});
      for (int i = 0; i < 20; ++i) asked.push_back({bound.ms + below(10 * kMillisecondsPerDay) - 5 * kMillisecondsPerDay});
    }
    for (int i = 0; i < 20; ++i) asked.push_back({t.ms - below(4'000) * kMillisecondsPerDay - below(kMillisecondsPerDay)});
    for (const Timestamp value : asked) {
      if (std::ranges::any_of(instants.doubtful, [&](const WindowAt::Span& span) { return span.first <= value && value <= span.last; })) continue;
      ASSERT_EQ(instants.sure.first <= value && value <= instants.sure.last, window_at.contains(value)) << "round " << round << ", t " << t.ms << ", value " << value.ms;
    }
  }
  EXPECT_GT(sharp, 1'000);
}

// Between two neighbouring edges of a value nothing may change: the two forms of a window agree.
TEST(Window, NothingChangesBetweenEdges) {
  const Zone zone = Zone::find("America/Havana").value();
  std::mt19937_64 random(7);
  const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
  for (int round = 0; round < 4000; ++round) {
    Window window{.kind = static_cast<Window::Kind>(1 + below(6))};
    window.span = {1 + below(40), static_cast<CalendarUnit>(below(8))};
    const bool calendar = window.kind == Window::Kind::last_calendar || window.kind == Window::Kind::current;
    if (calendar) window.span.unit = static_cast<CalendarUnit>(3 + below(5));
    if (!calendar && window.span.unit == CalendarUnit::quarter) window.span.unit = CalendarUnit::month;
    window.upper = window.span.number + 1 + below(5);
    window.shift = static_cast<int>(below(3)) - 1;
    const Timestamp value{1'700'000'000'000 + below(40'000'000'000)};
    const Date day = zone.day_of(value);
    for (const bool by_date : {false, true}) {
      if (by_date && !calendar && window.span.unit < CalendarUnit::day) continue;
      std::vector<Timestamp> edges;
      if (by_date) append_edges(window, day, zone, edges);
      else append_edges(window, value, zone, edges);
      std::ranges::sort(edges);
      const Timestamp t{value.ms + (below(2) == 0 ? below(80'000'000'000) - 40'000'000'000 : below(200'000'000) - 100'000'000)};
      const auto next = std::ranges::upper_bound(edges, t);
      const Timestamp last{next == edges.end() ? t.ms + 1'000'000'000 : next->ms - 1};
      const auto holds = [&](Timestamp when) { return by_date ? WindowAt(window, when, zone).contains(day) : WindowAt(window, when, zone).contains(value); };
      EXPECT_EQ(holds(t), holds(last)) << "kind " << static_cast<int>(window.kind) << " number " << window.span.number << " unit " << static_cast<int>(window.span.unit)
                                       << " value " << to_string(value) << " t " << to_string(t) << " last " << to_string(last) << " date " << by_date;
    }
  }
}

TEST(Zone, FollowsTheRuleBeyondItsTable) {
  const Zone zone = Zone::find("Europe/Prague").value();
  EXPECT_EQ(to_string(zone.start_of(parse_date("2090-07-01").value())), "2090-06-30T22:00:00Z");
  EXPECT_EQ(to_string(zone.start_of(parse_date("2090-01-01").value())), "2089-12-31T23:00:00Z");
}

TEST(Zone, ALocalTimeInAGapIsTheFirstInstantAfterIt) {
  const Zone zone = Zone::find("Europe/Bratislava").value();
  const std::int64_t half_past_two = parse_date("2024-03-31").value().days * kMillisecondsPerDay + 9'000'000;
  EXPECT_TRUE(zone.from_local(half_past_two).in_gap);
  EXPECT_EQ(to_string(zone.from_local(half_past_two).at), "2024-03-31T01:00:00Z");
  EXPECT_FALSE(Zone::find("Europe/Nowhere").has_value());
  EXPECT_FALSE(Zone::find("../../etc/passwd").has_value());
}

}  // namespace
}  // namespace wanamaker
