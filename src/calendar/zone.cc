#include "calendar/zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>

namespace wanamaker {
namespace {

constexpr int kRuleYearsEnd = 2500;
constexpr std::size_t kZoneFileBytesMax = 1 << 20;
constexpr std::int64_t kHourMs = 3'600'000;

// One end of daylight saving in a POSIX TZ string: `M3.5.0/2`, `J60`, `59`.
struct RuleDate {
  char form = 'M';
  int month = 0, week = 0, weekday = 0;
  int day = 0;
  std::int64_t time_ms = 2 * kHourMs;
};

struct PosixRule {
  std::int64_t standard_ms = 0;
  std::int64_t daylight_ms = 0;
  std::optional<std::pair<RuleDate, RuleDate>> daylight;  // begins, ends
};

// Source: POSIX.1-2017, Environment Variables, TZ; RFC 8536 3.3.1.
class PosixReader {
 public:
  explicit PosixReader(std::string_view text) : text_(text) {}

  std::optional<PosixRule> read() {
    PosixRule rule;
    if (!name()) return std::nullopt;
    const auto standard = time_of_day();
    if (!standard) return std::nullopt;
    rule.standard_ms = -*standard;
    if (text_.empty()) return rule;
    if (!name()) return std::nullopt;
    rule.daylight_ms = rule.standard_ms + kHourMs;
    if (!text_.empty() && text_[0] != ',') {
      const auto daylight = time_of_day();
      if (!daylight) return std::nullopt;
      rule.daylight_ms = -*daylight;
    }
    const auto begins = date();
    const auto ends = begins ? date() : std::nullopt;
    if (!ends || !text_.empty()) return std::nullopt;
    rule.daylight = {*begins, *ends};
    return rule;
  }

 private:
  bool name() {
    if (!text_.empty() && text_[0] == '<') {
      const std::size_t close = text_.find('>');
      if (close == std::string_view::npos) return false;
      text_.remove_prefix(close + 1);
      return true;
    }
    const std::size_t start = text_.size();
    while (!text_.empty() && std::isalpha(static_cast<unsigned char>(text_[0])) != 0) text_.remove_prefix(1);
    return text_.size() < start;
  }

  std::optional<int> number() {
    int value = 0;
    std::size_t n = 0;
    while (n < text_.size() && n < 6 && text_[n] >= '0' && text_[n] <= '9') value = value * 10 + (text_[n++] - '0');
    if (n == 0) return std::nullopt;
    text_.remove_prefix(n);
    return value;
  }

  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  // [+-]hh[:mm[:ss]] in milliseconds.
  std::optional<std::int64_t> time_of_day() {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int64_t seconds = 0;
    std::int64_t unit = 3600;
    do {
      const auto part = number();
      if (!part) return std::nullopt;
      seconds += *part * unit;
      unit /= 60;
    } while (unit > 0 && take(':'));
    return (negative ? -seconds : seconds) * 1000;
  }

  std::optional<RuleDate> date() {
    RuleDate result;
    if (!take(',')) return std::nullopt;
    if (take('M')) {
      const auto month = number();
      const auto week = month && take('.') ? number() : std::nullopt;
      const auto weekday = week && take('.') ? number() : std::nullopt;
      if (!weekday || *month < 1 || *month > 12 || *week < 1 || *week > 5 || *weekday > 6) return std::nullopt;
      result.month = *month, result.week = *week, result.weekday = *weekday;
    } else {
      result.form = take('J') ? 'J' : 'N';
      const auto day = number();
      if (!day) return std::nullopt;
      result.day = *day;
    }
    if (take('/')) {
      const auto time = time_of_day();
      if (!time) return std::nullopt;
      result.time_ms = *time;
    }
    return result;
  }

  std::string_view text_;
};

// Local wall-clock milliseconds of a rule date in a year.
std::int64_t local_ms(const RuleDate& rule, int year) {
  Date day{};
  if (rule.form == 'M') {
    const auto month = static_cast<unsigned>(rule.month);
    const Date first = date_from_civil({.year = year, .month = month, .day = 1});
    const int weekday_of_first = ((first.days + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
    int day_of_month = 1 + (rule.weekday - weekday_of_first + 7) % 7 + (rule.week - 1) * 7;
    if (day_of_month > static_cast<int>(days_in_month(year, month))) day_of_month -= 7;
    day = {first.days + day_of_month - 1};
  } else {
    const bool leap = days_in_month(year, 2) == 29;
    const int index = rule.form == 'J' ? rule.day - 1 + (leap && rule.day >= 60 ? 1 : 0) : rule.day;
    day = {date_from_civil({.year = year, .month = 1, .day = 1}).days + index};
  }
  return day.days * kMillisecondsPerDay + rule.time_ms;
}

bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.find("..") != std::string_view::npos) return false;
  return std::ranges::all_of(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '_' || c == '-' || c == '+'; });
}

}  // namespace

// Reads a version 2 or later TZif file: header, the 32-bit block (skipped), the 64-bit block, and the rule in the footer.
class TzifReader {
 public:
  explicit TzifReader(std::string bytes) : bytes_(std::move(bytes)) {}

  bool read_into(Zone& zone) {
    Counts first;
    if (!header(first)) return false;
    at_ += first.transitions * 5 + first.types * 6 + first.characters + first.leaps * 8 + first.standard + first.ut;
    Counts counts;
    if (!header(counts) || counts.types == 0) return false;
    const std::size_t times = at_;
    const std::size_t kinds = times + counts.transitions * 8;
    const std::size_t types = kinds + counts.transitions;
    const std::size_t footer = types + counts.types * 6 + counts.characters + counts.leaps * 12 + counts.standard + counts.ut;
    if (footer > bytes_.size()) return false;
    const auto offset_of = [&](std::size_t type) { return static_cast<std::int64_t>(static_cast<std::int32_t>(number(types + type * 6, 4))) * 1000; };
    zone.transitions_.push_back({std::numeric_limits<std::int64_t>::min(), offset_of(0)});
    for (std::size_t i = 0; i < counts.transitions; ++i) {
      const auto seconds = static_cast<std::int64_t>(number(times + i * 8, 8));
      const auto type = static_cast<unsigned char>(bytes_[kinds + i]);
      if (type >= counts.types) return false;
      if (seconds < kTimestampMin.ms / 1000 || seconds > kTimestampMax.ms / 1000) continue;
      zone.transitions_.push_back({seconds * 1000, offset_of(type)});
    }
    return append_rule(zone, std::string_view(bytes_).substr(footer));
  }

 private:
  struct Counts {
    std::size_t ut = 0, standard = 0, leaps = 0, transitions = 0, types = 0, characters = 0;
  };

  std::uint64_t number(std::size_t at, std::size_t width) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = (value << 8) | static_cast<unsigned char>(bytes_[at + i]);
    return value;
  }

  bool header(Counts& counts) {
    if (at_ + 44 > bytes_.size() || bytes_.compare(at_, 4, "TZif") != 0 || bytes_[at_ + 4] < '2') return false;
    std::size_t* const fields[] = {&counts.ut, &counts.standard, &counts.leaps, &counts.transitions, &counts.types, &counts.characters};
    for (std::size_t i = 0; i < 6; ++i) *fields[i] = number(at_ + 20 + i * 4, 4);
    at_ += 44;
    return counts.transitions < kZoneFileBytesMax && counts.types < 256 && counts.characters < 4096 && counts.leaps < 4096;
  }

  static bool append_rule(Zone& zone, std::string_view footer) {
    if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') return false;
    footer = footer.substr(1, footer.size() - 2);
    if (footer.empty()) return true;
    const auto rule = PosixReader(footer).read();
    if (!rule) return false;
    const std::int64_t known_until = zone.transitions_.back().at_ms;
    if (!rule->daylight) {
      if (zone.transitions_.back().offset_ms != rule->standard_ms) return false;
      return true;
    }
    const int first_year = zone.transitions_.size() == 1 ? 1970 : civil_from_date(utc_date({known_until})).year;
    std::vector<Zone::Transition> added;
    for (int year = first_year; year < kRuleYearsEnd; ++year) {
      added.push_back({local_ms(rule->daylight->first, year) - rule->standard_ms, rule->daylight_ms});
      added.push_back({local_ms(rule->daylight->second, year) - rule->daylight_ms, rule->standard_ms});
    }
    std::ranges::sort(added, {}, &Zone::Transition::at_ms);
    for (const auto& transition : added) if (transition.at_ms > known_until) zone.transitions_.push_back(transition);
    return true;
  }

  std::string bytes_;
  std::size_t at_ = 0;
};

Zone Zone::utc() {
  Zone zone;
  zone.transitions_.push_back({std::numeric_limits<std::int64_t>::min(), 0});
  return zone;
}

Result<Zone> Zone::find(std::string_view name) {
  if (name == "UTC") return utc();
  const auto unknown = [&] { return fail(ErrorCode::usage, fmt::format("there is no time zone '{}'", name.substr(0, 64)), "use a name of the IANA data base, such as Europe/Bratislava"); };
  if (!is_zone_name(name)) return unknown();
  const char* directory = std::getenv("TZDIR");
  std::ifstream file(fmt::format("{}/{}", directory != nullptr ? directory : "/usr/share/zoneinfo", name), std::ios::binary);
  if (!file) return unknown();
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  Zone zone;
  zone.name_ = std::string(name);
  if (bytes.size() > kZoneFileBytesMax || !TzifReader(std::move(bytes)).read_into(zone)) return unknown();
  return zone;
}

std::int64_t Zone::offset_ms(Timestamp at) const {
  const auto next = std::ranges::upper_bound(transitions_, at.ms, {}, &Transition::at_ms);
  return std::prev(next)->offset_ms;
}

Zone::Period Zone::period_of(Timestamp at) const {
  const auto next = std::ranges::upper_bound(transitions_, at.ms, {}, &Transition::at_ms);
  const auto now = std::prev(next);
  return {.from = {now->at_ms}, .to = {next == transitions_.end() ? std::numeric_limits<std::int64_t>::max() : next->at_ms}, .offset_ms = now->offset_ms};
}

Zone::Local Zone::from_local(std::int64_t local) const {
  // Offsets are below 26 hours: only transitions around can matter. The earliest instant that shows this wall clock wins.
  const std::int64_t reach = 26 * kHourMs;
  auto next = std::ranges::upper_bound(transitions_, local - reach, {}, &Transition::at_ms);
  for (auto period = std::prev(next); period != transitions_.end() && period->at_ms <= local + reach; ++period) {
    const std::int64_t at = local - period->offset_ms;
    const auto after = std::next(period);
    if (at < period->at_ms) return {.at = {period->at_ms}, .in_gap = true};
    if (after == transitions_.end() || at < after->at_ms) return {.at = {at}};
  }
  return {.at = {local - transitions_.back().offset_ms}};
}

Timestamp Zone::start_of(Date day) const { return from_local(day.days * kMillisecondsPerDay).at; }

Date Zone::day_of(Timestamp at) const {
  Date day = utc_date({at.ms + offset_ms(at)});
  // After a step back over midnight the wall clock shows yesterday again, but the day has begun.
  if (start_of({day.days + 1}) <= at) ++day.days;
  return day;
}

int Zone::hour_of(Timestamp at) const {
  const std::int64_t local = at.ms + offset_ms(at);
  return static_cast<int>((local - utc_date({local}).days * kMillisecondsPerDay) / kHourMs);
}

}  // namespace wanamaker
