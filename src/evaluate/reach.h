#pragma once
// How far apart an instant and the same instant moved by a span lie: exactly where the span's length is fixed, else between two bounds, since months
// differ. For searches that are checked by the calendar afterwards.

#include "calendar/arithmetic.h"

#include <algorithm>
#include <cstdint>

namespace wanamaker {

struct Reach {
  std::int64_t least_ms = 0;
  std::int64_t most_ms = 0;
};

inline Reach reach_of(TimeSpan span) {
  constexpr std::int64_t kMost = 20'000 * 366 * kMillisecondsPerDay;  // longer than all time there is
  constexpr std::int64_t kMonthsMost = 20'000 * 12;
  constexpr std::int64_t kMonthDaysLeast = 28;
  constexpr std::int64_t kMonthDaysMost = 31;
  if (is_fixed(span.unit)) return {std::min(fixed_ms(span), kMost), std::min(fixed_ms(span), kMost)};
  const std::int64_t months = std::min(span.number, kMonthsMost) * (span.unit == CalendarUnit::year ? 12 : span.unit == CalendarUnit::quarter ? 3 : 1);
  return {(months * kMonthDaysLeast - 1) * kMillisecondsPerDay, (months * kMonthDaysMost + 1) * kMillisecondsPerDay};
}

}  // namespace wanamaker
