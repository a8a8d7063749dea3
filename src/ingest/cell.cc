#include "ingest/cell.h"

#include "base/check.h"
#include "base/json.h"
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
  if (auto read = read_plain_time(text)) return read;
  if (const auto day = parse_date(text)) return ReadTime{.day = *day};
  if (auto read = read_year_first_time(text)) return read;
  const auto at = parse_timestamp(text);
  if (!at) return std::nullopt;
  const Date day = utc_date(*at);
  return ReadTime{.day = day, .ms_of_day = at->ms - day.days * kMillisecondsPerDay, .has_time = true, .offset_minutes = 0};
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Takes a blank off the front: an ordinary one, or those that do not break, as spreadsheets put them between thousands.
bool take_blank(std::string_view& text) {
  static constexpr std::string_view kBlanks[] = {" ", "\u00A0", "\u202F"};
  const auto* blank = std::ranges::find_if(kBlanks, [&](std::string_view b) { return text.starts_with(b); });
  if (blank == std::end(kBlanks)) return false;
  text.remove_prefix(blank->size());
  return true;
}

// `1 234 567,50` with a decimal point and without the blanks, which stand between groups of three digits only; nothing for what
// is no number with a decimal comma.
std::optional<std::string> point_number(std::string_view text) {
  const std::size_t comma = std::min(text.find(','), text.size());
  std::string_view whole = text.substr(0, comma);
  std::string number;
  if (whole.starts_with('-')) {
    number = "-";
    whole.remove_prefix(1);
  }
  const std::size_t first = std::min(whole.find_first_not_of("0123456789"), whole.size());
  if (first == 0 || (first > 3 && first < whole.size())) return std::nullopt;
  number += whole.substr(0, first);
  whole.remove_prefix(first);
  while (!whole.empty()) {
    if (!take_blank(whole) || !is_digits(whole.substr(0, 3)) || whole.size() < 3) return std::nullopt;
    number += whole.substr(0, 3);
    whole.remove_prefix(3);
  }
  if (comma == text.size()) return number;
  if (!is_digits(text.substr(comma + 1))) return std::nullopt;
  return number.append(1, '.').append(text.substr(comma + 1));
}

bool has_currency(std::string_view text) {
  static constexpr std::string_view kSigns[] = {"€", "$", "£", "¥", "₽", "₴", "Kč", "zł", "Ft", "EUR", "CZK", "PLN", "HUF", "USD", "GBP"};
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return text.find(sign) != std::string_view::npos; });
}

// Where it can be told from a comma between thousands.
bool has_decimal_comma(std::string_view text) {
  const std::size_t comma = text.find(',');
  const bool is_told = comma != std::string_view::npos && (text.size() - comma != 4 || text.find_first_of(" \u00A0\u202F") != std::string_view::npos);
  return is_told && point_number(text);
}

ReadValue read_number(std::string_view text, const CellRules& rules) {
  if (!rules.has_decimal_comma) if (const auto number = Decimal::parse(text)) return Value(*number);
  std::optional<std::string> point(text);
  if (rules.has_decimal_comma) point = point_number(text);
  auto parsed = point ? parse_value(*point, ValueType::number) : std::variant<Value, ValueError>(ValueError{});
  const auto* error = std::get_if<ValueError>(&parsed);
  if (error == nullptr) return std::get<Value>(std::move(parsed));
  if (has_currency(text)) return fault("type", "a number alone was expected: take the currency sign off the cells of this column, or declare it as text");
  if (point && rules.has_decimal_comma) return expected_type(error->expected);
  if (rules.has_decimal_comma) return expected_type("a number with a decimal comma, without any separator but blanks between thousands");
  if (has_decimal_comma(text)) return fault("type", error->expected + " was expected; for numbers such as 1 234,50 say --decimal comma");
  return expected_type(error->expected);
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

ReadValue value_of(std::string_view text, const CellRules& rules) {
  auto parsed = parse_value(text, rules.type, rules.set_separator);
  if (const auto* error = std::get_if<ValueError>(&parsed)) return expected_type(error->expected);
  return std::get<Value>(std::move(parsed));
}

// A JSON array may hold numbers, such as keys of categories: each is the text that stands there.
ReadValue read_set(std::string_view text, const CellRules& rules) {
  const auto first = text.find_first_not_of(" \t\r\n");
  auto json = first != std::string_view::npos && text[first] == '[' ? Json::parse(text) : Result<Json>(Json());
  if (!json || json->as_array() == nullptr) return value_of(text, rules);
  for (Json& element : *json->as_array()) {
    if (element.as_number() != nullptr) element = Json(std::string(element.as_number()->text));
    else if (element.as_string() == nullptr) return expected_type(R"(a JSON array with nothing but texts or numbers, such as ["a", "b"])");
  }
  return value_of(json->dump(), rules);
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
    case ValueType::text:
      if (cell.text.size() <= kTextBytesMax && is_valid_utf8(cell.text)) return Value(std::in_place_type<std::string>, cell.text);
      break;
    case ValueType::number: return read_number(cell.text, rules);
    case ValueType::date: return read_date(cell.text, rules);
    case ValueType::timestamp: return read_timestamp(cell.text, rules);
    case ValueType::boolean: return read_boolean(cell.text);
    case ValueType::set: return read_set(cell.text, rules);
    case ValueType::location: break;
  }
  return value_of(cell.text, rules);
}

std::expected<Timestamp, RowFault> read_instant(const RowCell& cell, const CellRules& rules) {
  const auto read = read_time(cell.text, rules);
  if (!read) return fault("time", expected_time(rules, "a date or time with the year first, such as 2024-01-31 10:00") + " was expected");
  return instant_of(*read, rules);
}

}  // namespace wanamaker
