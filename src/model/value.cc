#include "model/value.h"

#include "base/check.h"
#include "base/json.h"
#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace wanamaker {
namespace {

using Parsed = std::variant<Value, ValueError>;

Parsed taken(Value value) { return Parsed(std::in_place_type<Value>, std::move(value)); }
Parsed refused(std::string expected) { return Parsed(std::in_place_type<ValueError>, ValueError{std::move(expected)}); }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Parsed parse_text(std::string_view text) {
  if (text.size() > kTextBytesMax) return refused(fmt::format("a text of at most {} bytes", kTextBytesMax));
  if (!is_valid_utf8(text)) return refused("a text in valid UTF-8");
  return taken(std::string(text));
}

Parsed parse_number(std::string_view text) {
  const auto number = Decimal::parse(text);
  if (number) return taken(*number);
  if (number.error() == Decimal::ParseError::too_many_digits) return refused(fmt::format("a number of at most {} digits", kDecimalDigitsMax));
  return refused("a number such as -12.5: digits with a decimal point, no blanks, no separators of thousands");
}

Parsed parse_boolean(std::string_view text) {
  const std::string key = fold_key(text);
  if (key == "true" || key == "yes" || key == "1") return taken(true);
  if (key == "false" || key == "no" || key == "0") return taken(false);
  return refused("true or false, yes or no, 1 or 0");
}

// Distinct texts by key, the first spelling kept; blank ones are missing.
Parsed make_set(const std::vector<std::string>& texts) {
  TextSet set;
  std::unordered_set<std::string> keys;
  for (const std::string& text : texts) {
    if (trimmed(text).empty()) continue;
    if (text.size() > kTextBytesMax) return refused(fmt::format("a set of texts of at most {} bytes each", kTextBytesMax));
    if (keys.insert(fold_key(text)).second) set.push_back(text);
    if (set.size() > kSetElementsMax) return refused(fmt::format("a set of at most {} texts", kSetElementsMax));
  }
  if (set.empty()) return taken(Value{});
  return taken(std::move(set));
}

Parsed parse_set(std::string_view text, char separator) {
  if (!is_valid_utf8(text)) return refused("a text set in valid UTF-8");
  std::vector<std::string> texts;
  if (trimmed(text).starts_with('[')) {
    const auto json = Json::parse(text);
    if (!json || json->as_array() == nullptr) return refused(R"(a JSON array of texts such as ["a", "b"])");
    for (const Json& element : *json->as_array()) {
      if (element.as_string() == nullptr) return refused(R"(a JSON array with nothing but texts, such as ["a", "b"])");
      texts.push_back(*element.as_string());
    }
    return make_set(texts);
  }
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(separator, start), text.size());
    texts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return make_set(texts);
}

bool is_within(const Decimal& degrees, int limit) { return degrees >= Decimal(-limit) && degrees <= Decimal(limit); }

Parsed parse_location(std::string_view text) {
  static constexpr std::string_view kExpected = "a location as latitude,longitude in degrees, such as 48.72,21.26";
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return refused(std::string(kExpected));
  const auto latitude = Decimal::parse(trimmed(text.substr(0, comma)));
  const auto longitude = Decimal::parse(trimmed(text.substr(comma + 1)));
  if (!latitude || !longitude) return refused(std::string(kExpected));
  if (!is_within(*latitude, 90)) return refused("a latitude between -90 and 90");
  if (!is_within(*longitude, 180)) return refused("a longitude between -180 and 180");
  return taken(Location{.latitude = *latitude, .longitude = *longitude});
}

std::string json_array(const TextSet& set) {
  std::string out = "[";
  for (const std::string& text : set) {
    if (out.size() > 1) out += ',';
    out += json_quote(text);
  }
  return out + ']';
}

struct PlainText {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const Decimal& number) const { return number.to_string(); }
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(Date date) const { return to_string(date); }
  std::string operator()(Timestamp at) const { return to_string(at); }
  std::string operator()(const TextSet& set) const { return json_array(set); }
  std::string operator()(const Location& place) const {
    return fmt::format("{},{}", place.latitude.to_string(), place.longitude.to_string());
  }
};

struct JsonText : PlainText {
  using PlainText::operator();
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(const std::string& text) const { return json_quote(text); }
  std::string operator()(Date date) const { return json_quote(to_string(date)); }
  std::string operator()(Timestamp at) const { return json_quote(to_string(at)); }
  std::string operator()(const Location& place) const {
    return fmt::format("[{},{}]", place.latitude.to_string(), place.longitude.to_string());
  }
};

}  // namespace

std::optional<ValueType> value_type_from(std::string_view name) {
  if (name == "text set") return ValueType::set;
  for (std::size_t i = 0; i < std::size(kValueTypeNames); ++i) {
    if (kValueTypeNames[i] == name) return static_cast<ValueType>(i);
  }
  return std::nullopt;
}

ValueType type_of(const Value& value) {
  CHECK(!is_missing(value), "a missing value has no type");
  return static_cast<ValueType>(value.index() - 1);  // the alternatives stand in the order of ValueType, after monostate
}

std::string to_string(const Value& value) { return std::visit(PlainText{}, value); }
std::string to_json_text(const Value& value) { return std::visit(JsonText{}, value); }

std::variant<Value, ValueError> parse_value(std::string_view text, ValueType type, char set_separator) {
  switch (type) {
    case ValueType::text: return parse_text(text);
    case ValueType::number: return parse_number(text);
    case ValueType::boolean: return parse_boolean(text);
    case ValueType::date:
      if (const auto date = parse_date(text)) return taken(*date);
      return refused("a date as YYYY-MM-DD");
    case ValueType::timestamp:
      if (const auto at = parse_timestamp(text)) return taken(*at);
      return refused("a timestamp with its offset, such as 2024-01-31T10:00:00Z");
    case ValueType::set: return parse_set(text, set_separator);
    case ValueType::location: return parse_location(text);
  }
  CHECK(false, "every type is listed above");
  return refused({});
}

}  // namespace wanamaker
