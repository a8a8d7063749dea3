#include "calendar/arithmetic.h"

#include "base/check.h"

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::int64_t kFarMs = std::int64_t{4} * kTimestampMax.ms;        // far outside, and sums of two do not overflow
constexpr std::int64_t kFarDays = 4'000'000;
constexpr std::int64_t kFarMonths = std::int64_t{12} * 10'000;

std::int64_t months_of(TimeSpan span) {
  const std::int64_t number = std::min(span.number, kFarMonths);
  switch (span.unit) {
    case CalendarUnit::month: return number;
    case CalendarUnit::quarter: return number * 3;
    case CalendarUnit::year: return number * 12;
    case CalendarUnit::second:
    case CalendarUnit::minute:
    case CalendarUnit::hour:
    case CalendarUnit::day:
    case CalendarUnit::week: break;
  }
  CHECK(false, "only months, quarters and years are counted in months");
}

}  // namespace

bool is_fixed(CalendarUnit unit) { return unit <= CalendarUnit::week; }

std::int64_t fixed_ms(TimeSpan span) {
  static constexpr std::int64_t kUnitMs[] = {1000, 60'000, 3'600'000, kMillisecondsPerDay, 7 * kMillisecondsPerDay};
  CHECK(is_fixed(span.unit), "months and years have no fixed length");
  const std::int64_t unit = kUnitMs[static_cast<std::size_t>(span.unit)];
  return span.number > kFarMs / unit ? kFarMs : span.number * unit;
}

Timestamp add(Timestamp at, TimeSpan span) {
  if (is_fixed(span.unit)) return {std::min(at.ms + fixed_ms(span), kFarMs)};
  const Date day = utc_date(at);
  const std::int64_t time_of_day = at.ms - day.days * kMillisecondsPerDay;
  return {add_months(day, months_of(span)).days * kMillisecondsPerDay + time_of_day};
}

Timestamp subtract_fixed(Timestamp at, TimeSpan span) { return {std::max(at.ms - fixed_ms(span), -kFarMs)}; }

Date add_months(Date day, std::int64_t months) {
  const CivilDate civil = civil_from_date(day);
  const std::int64_t index = std::int64_t{civil.year} * 12 + civil.month - 1 + months;
  const auto year = static_cast<int>(index >= 0 ? index / 12 : (index - 11) / 12);
  const auto month = static_cast<unsigned>(index - std::int64_t{year} * 12 + 1);
  return date_from_civil({.year = year, .month = month, .day = std::min(civil.day, days_in_month(year, month))});
}

Date add(Date day, TimeSpan span) {
  if (span.unit == CalendarUnit::day || span.unit == CalendarUnit::week) {
    const std::int64_t days = std::min(span.number, kFarDays) * (span.unit == CalendarUnit::week ? 7 : 1);
    return {static_cast<std::int32_t>(day.days + days)};
  }
  return add_months(day, months_of(span));
}

int weekday(Date day) { return ((day.days + 3) % 7 + 7) % 7; }  // 1970-01-01 was a Thursday

Date start_of_unit(Date day, CalendarUnit unit) {
  CivilDate civil = civil_from_date(day);
  switch (unit) {
    case CalendarUnit::second:
    case CalendarUnit::minute:
    case CalendarUnit::hour:
    case CalendarUnit::day: return day;
    case CalendarUnit::week: return {day.days - weekday(day)};
    case CalendarUnit::month: break;
    case CalendarUnit::quarter: civil.month = (civil.month - 1) / 3 * 3 + 1; break;
    case CalendarUnit::year: civil.month = 1; break;
  }
  civil.day = 1;
  return date_from_civil(civil);
}

Date add_units(Date start, CalendarUnit unit, std::int64_t number) {
  switch (unit) {
    case CalendarUnit::second:
    case CalendarUnit::minute:
    case CalendarUnit::hour:
    case CalendarUnit::day: return {static_cast<std::int32_t>(start.days + std::clamp(number, -kFarDays, kFarDays))};
    case CalendarUnit::week: return {static_cast<std::int32_t>(start.days + 7 * std::clamp(number, -kFarDays / 7, kFarDays / 7))};
    case CalendarUnit::month: return add_months(start, std::clamp(number, -kFarMonths, kFarMonths));
    case CalendarUnit::quarter: return add_months(start, 3 * std::clamp(number, -kFarMonths / 3, kFarMonths / 3));
    case CalendarUnit::year: return add_months(start, 12 * std::clamp(number, -kFarMonths / 12, kFarMonths / 12));
  }
  CHECK(false, "every unit has a case");
}

Date anniversary(Date day, std::int64_t years) {
  CivilDate civil = civil_from_date(day);
  civil.year += static_cast<int>(years);
  if (civil.month == 2 && civil.day == 29 && days_in_month(civil.year, 2) == 28) civil.month = 3, civil.day = 1;
  return date_from_civil(civil);
}

std::int64_t completed_years(Date from, Date until) {
  const std::int64_t years = civil_from_date(until).year - civil_from_date(from).year;
  return anniversary(from, years) <= until ? years : years - 1;
}

}  // namespace wanamaker
