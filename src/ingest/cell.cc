#include "ingest/cell.h"

#include "base/check.h"
#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

using ReadValue = std::expected<Value, RowFault>;

std::unexpected<RowFault> fault(std::string code, std::string reason) {
  return std::unexpected(RowFault{.code = std::move(code), .reason = std::move(reason)});
}
std::unexpected<RowFault> expected_type(std::string_view what) { return fault("type", fmt::format("{} was expected", what)); }

std::string expected_time(const CellRules& rules, std::string_view year_first) {
  if (rules.format != nullptr) return fmt::format("a time in the form {} or {}", rules.format->text(), year_first);
  return fmt::format("{} (other forms need --date-format)", year_first);
}

std::expected<Timestamp, RowFault> instant_of(const ReadTime& read, const CellRules& rules) {
  const std::int64_t local_ms = read.day.days * kMillisecondsPerDay + read.ms_of_day;
  if (read.offset_minutes) return Timestamp{local_ms - std::int64_t{*read.offset_minutes} * 60'000};
  CHECK(rules.zone != nullptr, "times without an offset are read in a zone");
  if (!read.has_time) return rules.zone->start_of(read.day);
  const Zone::Local local = rules.zone->from_local(local_ms);
  if (!local.in_gap) return local.at;
  return fault("time_gap", fmt::format("this local time does not exist in {}: the clocks go forward over it", rules.zone->name()));
}

// The day or time of a cell in one of the forms that are understood here; an RFC 3339 time is read as UTC.
std::optional<ReadTime> read_time(std::string_view text, const CellRules& rules) {
  if (rules.format != nullptr) {
    if (auto read = rules.format->read(text)) return read;
    if (rules.format->is_year_first()) return std::nullopt;  // %Y-%d-%m: the usual reading would mix up days and months
  }
  if (const auto day = parse_date(text)) return ReadTime{.day = *day};
  if (auto read = read_year_first_time(text)) return read;
  const auto at = parse_timestamp(text);
  if (!at) return std::nullopt;
  const Date day = utc_date(*at);
  return ReadTime{.day = day, .ms_of_day = at->ms - day.days * kMillisecondsPerDay, .has_time = true, .offset_minutes = 0};
}

ReadValue read_number(std::string_view text, const CellRules& rules) {
  std::string point(text);
  if (rules.has_decimal_comma) {
    if (point.find('.') != std::string::npos) return expected_type("a number with a decimal comma");
    if (const auto comma = point.find(','); comma != std::string::npos) point[comma] = '.';
  }
  auto parsed = parse_value(point, ValueType::number);
  if (const auto* error = std::get_if<ValueError>(&parsed)) {
    return expected_type(rules.has_decimal_comma ? "a number with a decimal comma, without blanks or separators of thousands" : error->expected);
  }
  return std::get<Value>(std::move(parsed));
}

// Beside the words of parse_value those of the languages whose files come (docs/reference/decisions.md, 27).
ReadValue read_boolean(std::string_view text) {
  static constexpr std::string_view kYes[] = {"áno", "ano", "tak", "да"};
  static constexpr std::string_view kNo[] = {"nie", "ne", "нет"};
  const std::string key = fold_key(text);
  if (std::ranges::find(kYes, key) != std::end(kYes)) return Value(true);
  if (std::ranges::find(kNo, key) != std::end(kNo)) return Value(false);
  auto parsed = parse_value(text, ValueType::boolean);
  if (const auto* error = std::get_if<ValueError>(&parsed)) return expected_type(error->expected + " (or áno/nie, ano/ne, tak/nie, да/нет)");
  return std::get<Value>(std::move(parsed));
}

ReadValue read_date(std::string_view text, const CellRules& rules) {
  const auto read = read_time(text, rules);
  if (!read || read->has_time) return expected_type(expected_time(rules, "a date as YYYY-MM-DD"));
  return Value(read->day);
}

ReadValue read_timestamp(std::string_view text, const CellRules& rules) {
  const auto read = read_time(text, rules);
  if (!read || !read->has_time) return expected_type(expected_time(rules, "a timestamp such as 2024-01-31T10:00:00Z or 2024-01-31 10:00"));
  const auto at = instant_of(*read, rules);
  if (!at) return std::unexpected(at.error());
  return Value(*at);
}

}  // namespace

std::expected<Value, RowFault> read_cell(const RowCell& cell, const CellRules& rules) {
  if (is_missing(cell)) return Value{};
  switch (rules.type) {
    case ValueType::number: return read_number(cell.text, rules);
    case ValueType::date: return read_date(cell.text, rules);
    case ValueType::timestamp: return read_timestamp(cell.text, rules);
    case ValueType::boolean: return read_boolean(cell.text);
    case ValueType::text:
    case ValueType::set:
    case ValueType::location: break;
  }
  auto parsed = parse_value(cell.text, rules.type, rules.set_separator);
  if (const auto* error = std::get_if<ValueError>(&parsed)) return expected_type(error->expected);
  return std::get<Value>(std::move(parsed));
}

std::expected<Timestamp, RowFault> read_instant(const RowCell& cell, const CellRules& rules) {
  const auto read = read_time(cell.text, rules);
  if (!read) return fault("time", expected_time(rules, "a date or time with the year first, such as 2024-01-31 10:00") + " was expected");
  return instant_of(*read, rules);
}

}  // namespace wanamaker
