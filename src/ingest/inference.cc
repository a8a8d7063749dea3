#include "ingest/inference.h"

#include "base/decimal.h"
#include "base/json.h"
#include "base/text/fold.h"
#include "base/time.h"

#include <algorithm>

namespace wanamaker {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_sign(std::string_view text) { return text.substr(text.starts_with('-') ? 1 : 0); }

bool is_canonical_number(std::string_view text) {
  const std::string_view digits = without_sign(text);
  const std::string_view whole = digits.substr(0, digits.find('.'));
  return (whole.size() <= 1 || whole[0] != '0') && Decimal::parse(text).has_value();
}

bool is_array(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '[') return false;
  const auto json = Json::parse(text);
  return json && json->as_array() != nullptr &&
         std::ranges::all_of(*json->as_array(), [](const Json& element) { return element.as_string() != nullptr; });
}

}  // namespace

void ColumnEvidence::take(const RowCell& cell, const DateFormat* format) {
  if (is_missing(cell)) return;
  ++known_;
  const std::string_view text = cell.text;
  const bool is_plain = cell.form == CellForm::plain;
  const bool is_texty = is_plain || cell.form == CellForm::json_text;
  take_number(is_plain || cell.form == CellForm::json_number ? text : std::string_view{});
  if (could_be_boolean_) {
    could_be_boolean_ = cell.form == CellForm::json_boolean || (is_plain && (equal_folded(text, "true") || equal_folded(text, "false")));
  }
  if (could_be_date_) could_be_date_ = is_texty && parse_date(text).has_value();
  if (could_be_timestamp_) could_be_timestamp_ = is_texty && (read_plain_time(text) || parse_timestamp(text) || read_year_first_time(text));
  if (could_be_set_) could_be_set_ = cell.form == CellForm::json_array || (is_plain && is_array(text));
  if (could_be_format_) could_be_format_ = is_texty && format != nullptr && format->read(text).has_value();
  date_order_.take(is_texty ? text : std::string_view{});
}

void ColumnEvidence::take_number(std::string_view text) {
  const char first = text.empty() ? '\0' : text.front();
  if (first >= '1' && first <= '9' && text.size() <= kDecimalDigitsMax && is_digits(text)) {  // mostly; it rules nothing out
    ++numbers_;
    return;
  }
  if (first != '-' && (first < '0' || first > '9')) {  // most of the others
    could_be_number_ = could_be_comma_ = false;
    return;
  }
  const bool is_number = !text.empty() && is_canonical_number(text);
  if (is_number) ++numbers_;
  could_be_number_ = could_be_number_ && is_number;
  const bool has_point = is_number && text.find('.') != std::string_view::npos;
  point_seen_ = point_seen_ || has_point;
  if (!could_be_comma_) return;
  if (is_number) {
    could_be_comma_ = !has_point;
    return;
  }
  const std::string_view digits = without_sign(text);
  const std::size_t comma = digits.find(',');
  const std::string_view whole = digits.substr(0, comma);
  std::string joined(digits);
  if (comma != std::string_view::npos) joined[comma] = '.';
  could_be_comma_ = is_digits(whole) && Decimal::parse(joined).has_value() && text.find('.') == std::string_view::npos;
  if (comma == std::string_view::npos || !could_be_comma_) return;
  comma_seen_ = true;
  // 1,234 may be thousands; 1,23 and 1234,567 and 0,125 may not.
  if (digits.size() - comma != 4 || whole.size() > 3 || whole[0] == '0') comma_proven_ = true;
}

ValueType ColumnEvidence::type(const DateFormat* format) const {
  if (known_ == 0) return ValueType::text;
  if (format != nullptr && could_be_format_ && format->has_separator()) return format->has_time() ? ValueType::timestamp : ValueType::date;
  if (could_be_number_) return ValueType::number;
  if (could_be_boolean_) return ValueType::boolean;
  if (could_be_date_) return ValueType::date;
  if (could_be_timestamp_) return ValueType::timestamp;
  if (could_be_set_) return ValueType::set;
  return ValueType::text;
}

}  // namespace wanamaker
