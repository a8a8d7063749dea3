#pragma once
// The arithmetic of dates and instants; it exists once, here.

#include "base/time.h"

namespace wanamaker {

enum class CalendarUnit : std::uint8_t { second, minute, hour, day, week, month, quarter, year };

// number >= 0
struct TimeSpan {
  std::int64_t number = 0;
  CalendarUnit unit = CalendarUnit::day;
  friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};

// Seconds to weeks are fixed; months, quarters and years step in the UTC calendar with the day clamped. Saturates far outside
// the years that timestamps have, so that an edge beyond the end of time is never reached.
Timestamp add(Timestamp at, TimeSpan span);
Timestamp subtract_fixed(Timestamp at, TimeSpan span);  // span.unit is second to week
bool is_fixed(CalendarUnit unit);                       // second to week
std::int64_t fixed_ms(TimeSpan span);                   // span.unit is second to week

Date add(Date day, TimeSpan span);                      // day and longer
Date add_months(Date day, std::int64_t months);
Date start_of_unit(Date day, CalendarUnit unit);        // day, week (Monday), month, quarter, year
Date add_units(Date start, CalendarUnit unit, std::int64_t number);  // steps of whole units from a start

// n-th anniversary, in common years on 1 March for those of 29 February.
Date anniversary(Date day, std::int64_t years);
// Completed years between two days; negative when the second lies before the first.
std::int64_t completed_years(Date from, Date until);
int weekday(Date day);                                  // 0 Monday … 6 Sunday

}  // namespace wanamaker
