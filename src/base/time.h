#pragma once
// Instants and calendar days, and their one text form. Zones and windows live in calendar/.
//   Timestamp  milliseconds since 1970-01-01T00:00:00Z (UTC, no leap seconds)
//   Date       days since 1970-01-01 in the proleptic Gregorian calendar
// Both are limited to the years 0001 to 9999.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

struct Timestamp {
  std::int64_t ms = 0;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

struct Date {
  std::int32_t days = 0;
  friend auto operator<=>(const Date&, const Date&) = default;
};

struct CivilDate {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
};

inline constexpr std::int64_t kMillisecondsPerDay = 86'400'000;
inline constexpr Timestamp kTimestampMin{-62'135'596'800'000};  // 0001-01-01T00:00:00Z
inline constexpr Timestamp kTimestampMax{253'402'300'799'999};  // 9999-12-31T23:59:59.999Z

CivilDate civil_from_date(Date date);
// Day of month beyond the month's end is an error of the caller: check with is_valid_civil.
Date date_from_civil(CivilDate civil);
bool is_valid_civil(CivilDate civil);
unsigned days_in_month(int year, unsigned month);
// UTC calendar day of an instant.
Date utc_date(Timestamp at);

// `YYYY-MM-DD`; anything else is nullopt.
std::optional<Date> parse_date(std::string_view text);
// RFC 3339 with an offset: `YYYY-MM-DD[T ]HH:MM[:SS[.f…]](Z|±hh:mm)`; digits past milliseconds are cut.
std::optional<Timestamp> parse_timestamp(std::string_view text);

std::string to_string(Date date);           // 2024-01-31
std::string to_string(Timestamp at);        // 2024-01-31T10:00:00Z, with .fff where not zero

}  // namespace wanamaker
