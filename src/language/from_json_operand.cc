#include "language/json_rules.h"
#include "language/words.h"

#include <algorithm>
#include <tuple>

namespace wanamaker {

bool JsonRules::has_path(const ObjectReader& reader) {
  for (const std::string_view key : {"attribute", "account", "contact", "previous", "event_time", "previous_time", "account_link"}) {
    if (reader.has(key)) return true;
  }
  return false;
}

Result<Path> JsonRules::path(ObjectReader& reader) {
  static constexpr std::pair<std::string_view, PathScope> kNamed[] = {
      {"attribute", PathScope::bare}, {"account", PathScope::account}, {"contact", PathScope::contact}, {"previous", PathScope::previous}};
  static constexpr std::pair<std::string_view, PathScope> kFlags[] = {
      {"event_time", PathScope::event_time}, {"previous_time", PathScope::previous_time}, {"account_link", PathScope::account_link}};
  for (const auto& [key, scope] : kNamed) {
    const Json* value = reader.take(key);
    if (value == nullptr) continue;
    Path result{.scope = scope};
    const bool time_is_taken = scope == PathScope::previous || (scope == PathScope::bare && scope_ == Scope::event_filter);
    if (time_is_taken) {
      WM_TRY(result.name, name(*value, reader.at(key), {"time", "account"}));
    } else if (scope == PathScope::bare) {
      WM_TRY(result.name, name(*value, reader.at(key), {"account"}));
    } else {
      WM_TRY(result.name, name(*value, reader.at(key)));
    }
    return result;
  }
  for (const auto& [key, scope] : kFlags) {
    const Json* value = reader.take(key);
    if (value == nullptr) continue;
    if (value->as_bool() == nullptr || !*value->as_bool()) return ObjectReader::refused(reader.at(key), "expected true");
    return Path{.scope = scope};
  }
  return ObjectReader::refused(reader.pointer(), "expected a path: attribute, account, contact or previous");
}

Result<Operand> JsonRules::operand(const Json& json, const std::string& pointer) {
  if (++level_ > kDefinitionLevelsMax) return ObjectReader::refused(pointer, fmt::format("more than {} levels deep", kDefinitionLevelsMax));
  const bool is_literal = json.as_object() == nullptr || json.find("date") != nullptr || json.find("timestamp") != nullptr || json.find("parameter") != nullptr;
  Operand result;
  if (is_literal) {
    WM_TRY(Literal value, literal(json, pointer));
    result.node = std::move(value);
  } else {
    WM_TRY(ObjectReader reader, ObjectReader::open(json, pointer));
    WM_TRY(result, operand_object(reader));
    WM_CHECK_OK(reader.close());
  }
  --level_;
  return result;
}

Result<Operand> JsonRules::operand_object(ObjectReader& reader) {
  if (has_path(reader)) {
    WM_TRY(Path of, path(reader));
    return Operand{.node = std::move(of)};
  }
  for (const auto function : {AggregateFunction::sum, AggregateFunction::average, AggregateFunction::minimum, AggregateFunction::maximum, AggregateFunction::distinct}) {
    const Json* property = reader.take(name_of(function));
    if (property == nullptr) continue;
    WM_TRY(Name of, name(*property, reader.at(name_of(function))));
    WM_TRY(const Json* from, reader.need("for"));
    WM_TRY(Source over, source(*from, reader.at("for"), "from"));
    return Operand{.node = Aggregate{function, std::move(of), std::move(over)}};
  }
  if (const Json* count = reader.take("count")) {
    WM_TRY(Source over, source(*count, reader.at("count"), "from"));
    return Operand{.node = CountOf{std::move(over)}};
  }
  if (const Json* property = reader.take("property")) {
    const Which which = reader.has("of_first") ? Which::first : Which::last;
    const std::string_view key = which == Which::first ? "of_first" : "of_last";
    WM_TRY(Name of, name(*property, reader.at("property"), {"time"}));
    WM_TRY(const Json* from, reader.need(key));
    WM_TRY(Source over, source(*from, reader.at(key), "events"));
    return Operand{.node = PropertyOf{std::move(of), which, std::move(over)}};
  }
  for (const auto& [key, which, days] : {std::tuple{"time_of_first", Which::first, false}, std::tuple{"time_of_last", Which::last, false},
                                         std::tuple{"days_since_first", Which::first, true}, std::tuple{"days_since_last", Which::last, true}}) {
    const Json* from = reader.take(key);
    if (from == nullptr) continue;
    WM_TRY(Source over, source(*from, reader.at(key), "events"));
    if (days) return Operand{.node = DaysSince{which, std::move(over)}};
    return Operand{.node = TimeOf{which, std::move(over)}};
  }
  for (const auto part : {TimePart::age, TimePart::weekday, TimePart::month, TimePart::hour}) {
    const std::string key = fmt::format("{}_of", name_of(part));
    const Json* of = reader.take(key);
    if (of == nullptr) continue;
    WM_TRY(ObjectReader inner, ObjectReader::open(*of, reader.at(key)));
    WM_TRY(Path value, path(inner));
    WM_CHECK_OK(inner.close());
    return Operand{.node = PartOf{part, std::move(value)}};
  }
  for (const auto op : {ArithmeticOperator::add, ArithmeticOperator::subtract, ArithmeticOperator::multiply, ArithmeticOperator::divide}) {
    const Json* both = reader.take(json_name_of(op));
    if (both == nullptr) continue;
    WM_TRY(std::vector<Operand> sides, operands(*both, reader.at(json_name_of(op))));
    if (sides.size() != 2) return ObjectReader::refused(reader.at(json_name_of(op)), "expected two operands");
    return Operand{.node = Arithmetic{op, Box<Operand>(std::move(sides[0])), Box<Operand>(std::move(sides[1]))}};
  }
  if (const Json* inner = reader.take("negate")) {
    WM_TRY(Operand value, operand(*inner, reader.at("negate")));
    return Operand{.node = Negate{Box<Operand>(std::move(value))}};
  }
  for (const auto kind : {TileKind::quartile, TileKind::quintile, TileKind::decile, TileKind::percentile}) {
    const Json* metric = reader.take(name_of(kind));
    if (metric == nullptr) continue;
    WM_TRY(Operand of, operand(*metric, reader.at(name_of(kind))));
    WM_TRY(auto population, among(reader));
    return Operand{.node = Tile{kind, Box<Operand>(std::move(of)), std::move(population)}};
  }
  return ObjectReader::refused(reader.pointer(), "this object is no operand", "see docs/reference/json-form.md, Operands");
}

Result<std::vector<Operand>> JsonRules::operands(const Json& json, const std::string& pointer) {
  const Json::Array* array = json.as_array();
  if (array == nullptr || array->empty()) return ObjectReader::refused(pointer, "expected an array of at least one value");
  std::vector<Operand> result;
  for (std::size_t i = 0; i < array->size(); ++i) {
    WM_TRY(Operand value, operand((*array)[i], fmt::format("{}/{}", pointer, i)));
    result.push_back(std::move(value));
  }
  return result;
}

Result<std::optional<Box<Expression>>> JsonRules::among(ObjectReader& reader) {
  const Json* json = reader.take("among");
  if (json == nullptr) return std::optional<Box<Expression>>{};
  WM_TRY(Expression population, expression(*json, reader.at("among")));
  return std::optional<Box<Expression>>(Box<Expression>(std::move(population)));
}

// ---- comparisons ----

Result<Expression> JsonRules::comparison(ObjectReader& reader, Operand left) {
  Comparison result{.left = std::move(left)};
  WM_TRY(const Json* op_json, reader.need("operator"));
  WM_TRY(std::string op, text(*op_json, reader.at("operator")));
  const auto test = test_from_json_name(op);
  if (!test) return ObjectReader::refused(reader.at("operator"), fmt::format("unknown operator \"{}\"", op), "see docs/reference/json-form.md, Operators");
  result.test = *test;
  WM_CHECK_OK(right_side(reader, result));
  if (const Json* compare = reader.take("compare")) {
    WM_TRY(std::string word, text(*compare, reader.at("compare")));
    if (word != "exactly" && word != "ignoring_accents") return ObjectReader::refused(reader.at("compare"), "expected exactly or ignoring_accents");
    result.compare = word == "exactly" ? TextCompare::exactly : TextCompare::ignoring_accents;
  }
  // A window between two dates is the same test as `between`, which is its only text form.
  if (result.test == Test::window && result.window.kind == WindowKind::between) {
    result.test = Test::between;
    for (Literal& bound : result.window.bounds) result.right.push_back(Operand{.node = std::move(bound)});
    result.window = {};
  }
  return Expression{.node = std::move(result)};
}

Result<void> JsonRules::right_side(ObjectReader& reader, Comparison& comparison) {
  switch (comparison.test) {
    case Test::between:
    case Test::in:
    case Test::not_in:
    case Test::has_any:
    case Test::has_all:
    case Test::has_none: {
      WM_TRY(const Json* values, reader.need("values"));
      WM_TRY(comparison.right, operands(*values, reader.at("values")));
      if (comparison.test == Test::between && comparison.right.size() != 2) return ObjectReader::refused(reader.at("values"), "expected two bounds");
      return {};
    }
    case Test::window:
    case Test::anniversary: {
      WM_TRY(const Json* json, reader.need("window"));
      WM_TRY(comparison.window, window(*json, reader.at("window")));
      return {};
    }
    case Test::within_km:
      for (const std::string_view key : {"km", "latitude", "longitude"}) {
        WM_TRY(const Json* json, reader.need(key));
        WM_TRY(Literal value, literal(*json, reader.at(key)));
        comparison.right.push_back(Operand{.node = std::move(value)});
      }
      return {};
    case Test::is_known:
    case Test::is_empty:
    case Test::is_true:
    case Test::is_false: return {};
    case Test::equals:
    case Test::not_equals:
    case Test::less:
    case Test::at_most:
    case Test::greater:
    case Test::at_least:
    case Test::in_set:
    case Test::not_in_set:
    case Test::contains:
    case Test::starts_with:
    case Test::ends_with:
    case Test::matches:
    case Test::does_not_contain:
    case Test::does_not_start_with:
    case Test::does_not_end_with:
    case Test::does_not_match:
    case Test::has:
    case Test::has_at_least: break;
  }
  const std::string_view key = reader.has("than") ? "than" : "value";
  WM_TRY(const Json* json, reader.need(key));
  WM_TRY(Operand value, operand(*json, reader.at(key)));
  comparison.right.push_back(std::move(value));
  return {};
}

// ---- windows ----

Result<WindowNode> JsonRules::optional_window(ObjectReader& reader) {
  const Json* json = reader.take("window");
  if (json == nullptr) return WindowNode{};
  return window(*json, reader.at("window"));
}

Result<WindowNode> JsonRules::window(const Json& json, const std::string& pointer) {
  WindowNode result;
  if (const std::string* word = json.as_string()) {
    if (*word != "ever") return ObjectReader::refused(pointer, "expected a window");
    return result;
  }
  WM_TRY(ObjectReader reader, ObjectReader::open(json, pointer));
  static constexpr std::pair<std::string_view, WindowKind> kSpans[] = {
      {"last", WindowKind::last}, {"last_calendar", WindowKind::last_calendar}, {"more_than_ago", WindowKind::more_than_ago}, {"next", WindowKind::next}};
  static constexpr std::pair<std::string_view, WindowKind> kBounds[] = {{"since", WindowKind::since}, {"before", WindowKind::before}, {"on", WindowKind::on}};
  bool found = false;
  for (const auto& [key, kind] : kSpans) {
    if (const Json* value = reader.take(key)) {
      result.kind = kind;
      WM_TRY(result.duration, span(*value, reader.at(key)));
      found = true;
    }
  }
  for (const auto& [key, kind] : kBounds) {
    if (const Json* value = reader.take(key)) {
      result.kind = kind;
      WM_TRY(Literal bound, literal(*value, reader.at(key)));
      result.bounds.push_back(std::move(bound));
      found = true;
    }
  }
  if (const Json* value = reader.take("between_ago")) {
    result.kind = WindowKind::between_ago;
    WM_CHECK_OK(range(*value, reader.at("between_ago"), result.duration, result.upper));
    found = true;
  }
  if (const Json* value = reader.take("between")) {
    const Json::Array* array = value->as_array();
    if (array == nullptr || array->size() != 2) return ObjectReader::refused(reader.at("between"), "expected two dates");
    result.kind = WindowKind::between;
    for (const Json& bound_json : *array) {
      WM_TRY(Literal bound, literal(bound_json, reader.at("between")));
      result.bounds.push_back(std::move(bound));
    }
    found = true;
  }
  if (const Json* value = reader.take("calendar")) {
    WM_TRY(std::string phrase, text(*value, reader.at("calendar")));
    const std::size_t blank = phrase.find(' ');
    const std::string which = phrase.substr(0, blank);
    const auto unit = blank == std::string::npos ? std::nullopt : unit_from(phrase.substr(blank + 1));
    if (phrase == "today") result.kind = WindowKind::today;
    else if (phrase == "yesterday") result.kind = WindowKind::yesterday;
    else if (phrase == "tomorrow") result.kind = WindowKind::tomorrow;
    else if (unit && which == "this") result.kind = WindowKind::this_unit;
    else if (unit && which == "last") result.kind = WindowKind::last_unit;
    else if (unit && which == "next") result.kind = WindowKind::next_unit;
    else return ObjectReader::refused(reader.at("calendar"), "expected today, yesterday, tomorrow, or this, last or next and a week, month, quarter or year");
    if (unit) result.duration.unit = *unit;
    found = true;
  }
  if (!found) return ObjectReader::refused(pointer, "this object is no window", "see docs/reference/json-form.md");
  WM_CHECK_OK(reader.close());
  return result;
}

Result<Duration> JsonRules::span(const Json& json, const std::string& pointer) {
  const Json::Object* object = json.as_object();
  if (object == nullptr || object->size() != 1) return ObjectReader::refused(pointer, "expected an object of one unit, such as {\"days\": 30}");
  const auto unit = unit_from(object->front().first);
  if (!unit) return ObjectReader::refused(pointer, fmt::format("unknown unit \"{}\"", object->front().first));
  Duration result{.number = {}, .unit = *unit};
  WM_TRY(result.number, whole(object->front().second, fmt::format("{}/{}", pointer, object->front().first)));
  return result;
}

Result<void> JsonRules::range(const Json& json, const std::string& pointer, Duration& from, WholeNumber& to) {
  WM_TRY(ObjectReader reader, ObjectReader::open(json, pointer));
  WM_TRY(const Json* low, reader.need("from"));
  WM_TRY(from.number, whole(*low, reader.at("from")));
  WM_TRY(const Json* high, reader.need("to"));
  WM_TRY(to, whole(*high, reader.at("to")));
  WM_TRY(const Json* unit_json, reader.need("unit"));
  WM_TRY(std::string word, text(*unit_json, reader.at("unit")));
  const auto unit = unit_from(word);
  if (!unit) return ObjectReader::refused(reader.at("unit"), fmt::format("unknown unit \"{}\"", word));
  from.unit = *unit;
  return reader.close();
}

// ---- literals and names ----

Result<Literal> JsonRules::literal(const Json& json, const std::string& pointer) {
  if (json.is_null()) return ObjectReader::refused(pointer, "null is no value", "a missing value is asked for with the operator is_empty");
  if (const std::string* value = json.as_string()) {
    if (value->find('\0') != std::string::npos) return ObjectReader::refused(pointer, "a text cannot hold a zero byte");
    return Literal{.value = *value};
  }
  if (const bool* truth = json.as_bool()) return Literal{.value = *truth};
  if (const Json::Number* number = json.as_number()) {
    const auto value = Decimal::parse(number->text);
    if (value) return Literal{.value = *value};
    const bool digits = value.error() == Decimal::ParseError::too_many_digits;
    return ObjectReader::refused(pointer, digits ? "a number has at most 18 digits" : "a number is written without exponent");
  }
  WM_TRY(ObjectReader reader, ObjectReader::open(json, pointer));
  Literal result;
  if (const Json* date = reader.take("date")) {
    WM_TRY(std::string day, text(*date, reader.at("date")));
    const auto parsed = parse_date(day);
    if (!parsed) return ObjectReader::refused(reader.at("date"), "dates are written YYYY-MM-DD");
    result.value = *parsed;
  } else if (const Json* timestamp = reader.take("timestamp")) {
    WM_TRY(std::string instant, text(*timestamp, reader.at("timestamp")));
    const auto parsed = parse_timestamp(instant);
    if (!parsed) return ObjectReader::refused(reader.at("timestamp"), "timestamps are written 2024-01-31T10:00:00Z");
    result.value = *parsed;
  } else {
    WM_TRY(const Json* parameter, reader.need("parameter"));
    WM_TRY(std::string key, text(*parameter, reader.at("parameter")));
    result.value = Parameter{std::move(key)};
  }
  WM_CHECK_OK(reader.close());
  return result;
}

Result<WholeNumber> JsonRules::whole(const Json& json, const std::string& pointer) {
  WM_TRY(Literal value, literal(json, pointer));
  if (auto* parameter = std::get_if<Parameter>(&value.value)) return WholeNumber{.value = std::move(*parameter)};
  const auto* number = std::get_if<Decimal>(&value.value);
  if (number == nullptr || !number->is_whole()) return ObjectReader::refused(pointer, "expected a whole number");
  return WholeNumber{.value = number->mantissa()};
}

Result<std::string> JsonRules::text(const Json& json, const std::string& pointer) {
  const std::string* value = json.as_string();
  if (value == nullptr) return ObjectReader::refused(pointer, "expected a text");
  if (value->find('\0') != std::string::npos) return ObjectReader::refused(pointer, "a text cannot hold a zero byte");
  return *value;
}

Result<Name> JsonRules::name(const Json& json, const std::string& pointer, std::initializer_list<std::string_view> exact_words) {
  WM_TRY(std::string spelled, text(json, pointer));
  if (spelled.size() >= 2 && spelled.front() == '`' && spelled.back() == '`') {
    Name result{.text = spelled.substr(1, spelled.size() - 2), .exact = true};
    if (result.text.empty() || result.text.find('`') != std::string::npos) return ObjectReader::refused(pointer, "this is no name");
    return result;
  }
  if (spelled.empty() || spelled.find('`') != std::string::npos) return ObjectReader::refused(pointer, "this is no name");
  const std::string lower = ascii_lower(spelled);
  const bool taken = std::ranges::find(exact_words, std::string_view(lower)) != exact_words.end();
  const bool exact = taken || !can_stand_bare(spelled);
  return Name{.text = std::move(spelled), .exact = exact};
}

}  // namespace wanamaker
