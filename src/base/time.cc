#include "base/time.h"

#include <fmt/format.h>

#include <array>

namespace wanamaker {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Minutes east of UTC, from "Z" or "±hh:mm".
std::optional<int> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (*hours * 60 + *minutes) * (text[0] == '-' ? -1 : 1);
}

}  // namespace

// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (the era formulas).
CivilDate civil_from_date(Date date) {
  const std::int64_t z = std::int64_t{date.days} + 719'468;
  const std::int64_t era = floor_divide(z, 146'097);
  const auto doe = static_cast<unsigned>(z - era * 146'097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned month = mp < 10 ? mp + 3 : mp - 9;
  const auto year = static_cast<int>(static_cast<std::int64_t>(yoe) + era * 400 + (month <= 2 ? 1 : 0));
  return {.year = year, .month = month, .day = doy - (153 * mp + 2) / 5 + 1};
}

Date date_from_civil(CivilDate civil) {
  const std::int64_t year = std::int64_t{civil.year} - (civil.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_divide(year, 400);
  const auto yoe = static_cast<unsigned>(year - era * 400);
  const unsigned doy = (153 * (civil.month > 2 ? civil.month - 3 : civil.month + 9) + 2) / 5 + civil.day - 1;
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return {static_cast<std::int32_t>(era * 146'097 + static_cast<std::int64_t>(doe) - 719'468)};
}

unsigned days_in_month(int year, unsigned month) {
  static constexpr std::array<unsigned, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays.at(month - 1);
}

bool is_valid_civil(CivilDate civil) {
  return civil.year >= 1 && civil.year <= 9999 && civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         civil.day <= days_in_month(civil.year, civil.month);
}

Date utc_date(Timestamp at) { return {static_cast<std::int32_t>(floor_divide(at.ms, kMillisecondsPerDay))}; }

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const CivilDate civil{.year = *year, .month = static_cast<unsigned>(*month), .day = static_cast<unsigned>(*day)};
  if (!is_valid_civil(civil)) return std::nullopt;
  return date_from_civil(civil);
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  if (text.size() < 17 || (text[10] != 'T' && text[10] != ' ' && text[10] != 't') || text[13] != ':') return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  if (!date || !hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  std::size_t at = 16;
  int second = 0;
  int millisecond = 0;
  if (at < text.size() && text[at] == ':') {
    const auto value = digits(text, at + 1, 2);
    if (!value || *value > 59) return std::nullopt;
    second = *value;
    at += 3;
    if (at < text.size() && text[at] == '.') {
      const std::size_t start = ++at;
      int scale = 100;
      while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        millisecond += (text[at] - '0') * scale;
        scale /= 10;
        ++at;
      }
      if (at == start) return std::nullopt;
    }
  }
  const auto offset = parse_offset(text.substr(at));
  if (!offset) return std::nullopt;
  const std::int64_t minutes = std::int64_t{*hour} * 60 + *minute - *offset;
  const Timestamp result{date->days * kMillisecondsPerDay + (minutes * 60 + second) * 1000 + millisecond};
  if (result < kTimestampMin || result > kTimestampMax) return std::nullopt;
  return result;
}

std::string to_string(Date date) {
  const CivilDate civil = civil_from_date(date);
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::string to_string(Timestamp at) {
  const Date date = utc_date(at);
  const std::int64_t ms = at.ms - date.days * kMillisecondsPerDay;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", to_string(date), ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60);
  if (ms % 1000 != 0) text += fmt::format(".{:03}", ms % 1000);
  return text + "Z";
}

}  // namespace wanamaker
