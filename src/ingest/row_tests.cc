#include "ingest/row_tests.h"

#include "base/check.h"
#include "base/text/fold.h"

#include <algorithm>
#include <optional>
#include <string>

namespace wanamaker {
namespace {

std::string text_key(std::string_view text, TextCompare compare) {
  switch (compare) {
    case TextCompare::by_key: return fold_key(text);
    case TextCompare::exactly: return std::string(text);
    case TextCompare::ignoring_accents: return without_accents(fold_key(text));
  }
  CHECK(false, "every comparison of texts is listed above");
  return {};
}

// The order of two values of one type; a timestamp beside a date counts as its day. Texts are equal or unordered.
std::partial_ordering order_of(const Value& a, const Value& b, TextCompare compare, const Zone& zone) {
  if (const auto* left = std::get_if<Timestamp>(&a)) {
    if (const auto* day = std::get_if<Date>(&b)) return zone.day_of(*left) <=> *day;
  }
  if (a.index() != b.index() || is_missing(a)) return std::partial_ordering::unordered;
  if (const auto* number = std::get_if<Decimal>(&a)) return *number <=> std::get<Decimal>(b);
  if (const auto* date = std::get_if<Date>(&a)) return *date <=> std::get<Date>(b);
  if (const auto* at = std::get_if<Timestamp>(&a)) return *at <=> std::get<Timestamp>(b);
  const auto* text = std::get_if<std::string>(&a);
  const bool is_equal = text != nullptr ? text_key(*text, compare) == text_key(std::get<std::string>(b), compare) : a == b;
  return is_equal ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
}

bool test_text(Test test, std::string_view text, std::string_view part, TextCompare compare) {
  const std::string key = text_key(text, compare);
  const std::string wanted = text_key(part, compare);
  if (test == Test::contains) return key.find(wanted) != std::string::npos;
  return test == Test::starts_with ? key.starts_with(wanted) : key.ends_with(wanted);
}

bool test_set(const RowTest& test, const TextSet& set, const std::vector<Value>& right) {
  if (test.test == Test::has_at_least) return Decimal(static_cast<std::int64_t>(set.size())) >= std::get<Decimal>(right[0]);
  const auto has = [&](const Value& wanted) {
    const std::string key = text_key(std::get<std::string>(wanted), test.compare);
    return std::ranges::any_of(set, [&](const std::string& element) { return text_key(element, test.compare) == key; });
  };
  if (test.test == Test::has_all) return std::ranges::all_of(right, has);
  return std::ranges::any_of(right, has);
}

bool test_window(const RowTest& test, const Value& left, const std::vector<Value>& right, const Zone& zone) {
  const auto order = order_of(left, right[0], test.compare, zone);
  switch (test.window) {
    case WindowKind::since: return order >= 0;
    case WindowKind::before: return order < 0;
    case WindowKind::on: return order == 0;
    default: return order >= 0 && order_of(left, right[1], test.compare, zone) <= 0;
  }
}

bool holds_positive(const RowTest& test, const Value& left, const std::vector<Value>& right, const Zone& zone) {
  const auto order = [&](std::size_t i) { return order_of(left, right[i], test.compare, zone); };
  switch (test.test) {
    case Test::equals: return order(0) == 0;
    case Test::less: return order(0) < 0;
    case Test::at_most: return order(0) <= 0;
    case Test::greater: return order(0) > 0;
    case Test::at_least: return order(0) >= 0;
    case Test::between: return order(0) >= 0 && order(1) <= 0;
    case Test::in: return std::ranges::any_of(right, [&](const Value& value) { return order_of(left, value, test.compare, zone) == 0; });
    case Test::is_known: return true;
    case Test::is_true: return std::get<bool>(left);
    case Test::is_false: return !std::get<bool>(left);
    case Test::contains:
    case Test::starts_with:
    case Test::ends_with: return test_text(test.test, std::get<std::string>(left), std::get<std::string>(right[0]), test.compare);
    case Test::has:
    case Test::has_any:
    case Test::has_all:
    case Test::has_at_least: return test_set(test, std::get<TextSet>(left), right);
    case Test::window: return test_window(test, left, right, zone);
    default: CHECK(false, "tests that need more than a row were refused when they were compiled"); return false;
  }
}

}  // namespace

PositiveTest positive_of(Test test) {
  switch (test) {
    case Test::not_equals: return {.test = Test::equals, .is_negated = true};
    case Test::not_in: return {.test = Test::in, .is_negated = true};
    case Test::does_not_contain: return {.test = Test::contains, .is_negated = true};
    case Test::does_not_start_with: return {.test = Test::starts_with, .is_negated = true};
    case Test::does_not_end_with: return {.test = Test::ends_with, .is_negated = true};
    case Test::is_empty: return {.test = Test::is_known, .is_negated = true};
    case Test::has_none: return {.test = Test::has_any, .is_negated = true};
    default: return {.test = test, .is_negated = false};
  }
}

bool holds(const RowTest& test, const Value& left, const std::vector<Value>& right, const Zone& zone) {
  const auto [positive, is_negated] = positive_of(test.test);
  const bool is_missing_operand = is_missing(left) || std::ranges::any_of(right, [](const Value& value) { return is_missing(value); });
  const bool result = !is_missing_operand && holds_positive({.test = positive, .compare = test.compare, .window = test.window}, left, right, zone);
  return result != is_negated;
}

}  // namespace wanamaker
