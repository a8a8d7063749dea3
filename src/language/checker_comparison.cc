// Comparisons: which test works on which type, and what stands on its right side.

#include "base/text/fold.h"
#include "language/checker_rules.h"
#include "language/diagnostic.h"
#include "language/formatter.h"
#include "language/words.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::size_t kPatternBytesMax = 1'024;

struct Core {
  CoreTest test;
  bool negated;
};

Core core_of(Test test) {
  switch (test) {
    case Test::equals: return {CoreTest::equals, false};
    case Test::not_equals: return {CoreTest::equals, true};
    case Test::less: return {CoreTest::less, false};
    case Test::at_most: return {CoreTest::at_most, false};
    case Test::greater: return {CoreTest::greater, false};
    case Test::at_least: return {CoreTest::at_least, false};
    case Test::between: return {CoreTest::between, false};
    case Test::in: return {CoreTest::in, false};
    case Test::not_in: return {CoreTest::in, true};
    case Test::in_set: return {CoreTest::in_set, false};
    case Test::not_in_set: return {CoreTest::in_set, true};
    case Test::contains: return {CoreTest::contains, false};
    case Test::starts_with: return {CoreTest::starts_with, false};
    case Test::ends_with: return {CoreTest::ends_with, false};
    case Test::matches: return {CoreTest::matches, false};
    case Test::does_not_contain: return {CoreTest::contains, true};
    case Test::does_not_start_with: return {CoreTest::starts_with, true};
    case Test::does_not_end_with: return {CoreTest::ends_with, true};
    case Test::does_not_match: return {CoreTest::matches, true};
    case Test::is_known: return {CoreTest::is_known, false};
    case Test::is_empty: return {CoreTest::is_known, true};
    case Test::is_true: return {CoreTest::is_true, false};
    case Test::is_false: return {CoreTest::is_false, false};
    case Test::window: return {CoreTest::window, false};
    case Test::anniversary: return {CoreTest::anniversary, false};
    case Test::has:
    case Test::has_any: return {CoreTest::has_any, false};
    case Test::has_none: return {CoreTest::has_any, true};
    case Test::has_all: return {CoreTest::has_all, false};
    case Test::has_at_least: return {CoreTest::has_at_least, false};
    case Test::within_km: return {CoreTest::within_km, false};
  }
  return {};
}

bool is_dated(ValueType type) { return type == ValueType::date || type == ValueType::timestamp; }

const std::vector<std::string>& weekdays() {
  static const std::vector<std::string> names{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  return names;
}

}  // namespace

std::unexpected<Error> CheckerRules::wrong_type(const TypedOperand& left, std::string_view test, std::string_view works_on) const {
  return error_at(left.span, fmt::format("'{}' is {}; '{}' works on {}", left.text, with_article(left.type), test, works_on));
}

Result<TypedExpression> CheckerRules::comparison(const Comparison& node, Span span) {
  TypedExpression result = made(ExpressionKind::compare);
  const Core core = core_of(node.test);
  result.test = core.test;
  result.negated = core.negated;
  result.compare = node.compare;
  WM_TRY(TypedOperand left, operand(node.left));
  result.operands.push_back(std::move(left));
  const bool is_link = result.operands[0].kind == OperandKind::path && result.operands[0].path.kind == PathKind::account_link;
  if (is_link && core.test != CoreTest::is_known) return error_at(span, "'account' itself is only known or empty", "its attributes are account.name");
  const bool text_like = result.operands[0].type == ValueType::text || result.operands[0].type == ValueType::set;
  if (node.compare != TextCompare::by_key && (!text_like || core.test == CoreTest::matches)) {
    return error_at(span, fmt::format("'{}' follows comparisons of texts", node.compare == TextCompare::exactly ? "exactly" : "ignoring accents"));
  }
  WM_CHECK_OK(shape(node, span, result));
  return result;
}

Result<void> CheckerRules::shape(const Comparison& node, Span span, TypedExpression& result) {
  const TypedOperand& left = result.operands[0];
  switch (result.test) {
    case CoreTest::equals:
    case CoreTest::less:
    case CoreTest::at_most:
    case CoreTest::greater:
    case CoreTest::at_least:
    case CoreTest::between: return ordered(node, span, result);
    case CoreTest::in: return value_list(node, span, result);
    case CoreTest::in_set: return value_set(node, span, result);
    case CoreTest::contains:
    case CoreTest::starts_with:
    case CoreTest::ends_with:
    case CoreTest::matches: return text_test(node, span, result);
    case CoreTest::is_known: return {};
    case CoreTest::is_true:
    case CoreTest::is_false:
      if (left.type != ValueType::boolean) return wrong_type(left, text_name_of(node.test), "booleans");
      return {};
    case CoreTest::window:
    case CoreTest::anniversary: return window_test(node, span, result);
    case CoreTest::has_any:
    case CoreTest::has_all:
    case CoreTest::has_at_least: return set_test(node, span, result);
    case CoreTest::within_km: return distance_test(node, span, result);
  }
  return {};
}

Result<TypedOperand> CheckerRules::right_operand(const Operand& written, const TypedOperand& left, const Comparison& node) {
  WM_TRY(TypedOperand right, operand(written));
  const bool is_literal = right.kind == OperandKind::literal;
  if (right.kind == OperandKind::path && right.path.kind == PathKind::account_link) return error_at(right.span, "'account' itself is only known or empty");
  if (right.type == left.type) return right;
  if (left.type == ValueType::timestamp && right.type == ValueType::date && is_literal) return right;
  std::string hint;
  if (is_dated(left.type) && right.type == ValueType::text) hint = "dates stand bare, without quotes: 2024-01-31";
  if (left.type == ValueType::number && right.type == ValueType::text) hint = "numbers stand bare, without quotes";
  if (left.type == ValueType::boolean) hint = "write 'is true' or 'is false'";
  if (left.type == ValueType::text && right.type == ValueType::number) hint = "texts stand between double quotes";
  return error_at(right.span, fmt::format("'{}' is {}; '{}' is {}", left.text, with_article(left.type), is_literal ? format(written) : right.text, with_article(right.type)), hint.empty() && node.test == Test::between ? "bounds are of the type of the value" : hint);
}

Result<void> CheckerRules::ordered(const Comparison& node, Span, TypedExpression& result) {
  const ValueType type = result.operands[0].type;
  const bool equality = result.test == CoreTest::equals;
  if (type == ValueType::boolean) return error_at(result.operands[0].span, fmt::format("'{}' is a boolean; '{}' works on text, numbers and dates", result.operands[0].text, text_name_of(node.test)), "write 'is true' or 'is false'");
  if (type == ValueType::set) return error_at(result.operands[0].span, fmt::format("'{}' is a text set; '{}' works on text, numbers and dates", result.operands[0].text, text_name_of(node.test)), "write has \"…\"");
  if (type == ValueType::location) return wrong_type(result.operands[0], text_name_of(node.test), "text, numbers and dates");
  if (type == ValueType::text && !equality) return error_at(result.operands[0].span, fmt::format("'{}' is text; '{}' works on numbers and dates", result.operands[0].text, text_name_of(node.test)), "texts have no order");
  for (const Operand& written : node.right) {
    WM_TRY(TypedOperand right, right_operand(written, result.operands[0], node));
    result.operands.push_back(std::move(right));
  }
  if (result.operands[0].kind == OperandKind::part && result.operands[0].part == TimePart::weekday) {
    const TypedOperand& right = result.operands[1];
    const bool known = right.kind != OperandKind::literal || std::ranges::any_of(weekdays(), [&](const std::string& day) { return fold_key(day) == right.text_literal.key; });
    if (!known) return unknown_at(right.span, "weekday", right.text_literal.text, weekdays());
  }
  return {};
}

Result<void> CheckerRules::value_list(const Comparison& node, Span, TypedExpression& result) {
  const ValueType type = result.operands[0].type;
  if (type != ValueType::text && type != ValueType::number) return wrong_type(result.operands[0], "in", "text and numbers");
  for (const Operand& written : node.right) {
    WM_TRY(TypedOperand right, right_operand(written, result.operands[0], node));
    const bool weekday = result.operands[0].kind == OperandKind::part && result.operands[0].part == TimePart::weekday;
    if (weekday && !std::ranges::any_of(weekdays(), [&](const std::string& day) { return fold_key(day) == right.text_literal.key; })) return unknown_at(right.span, "weekday", right.text_literal.text, weekdays());
    result.operands.push_back(std::move(right));
  }
  return {};
}

Result<void> CheckerRules::value_set(const Comparison& node, Span, TypedExpression& result) {
  if (result.operands[0].type != ValueType::text) return wrong_type(result.operands[0], "in set", "text");
  const auto& written = std::get<Literal>(node.right.at(0).node);
  const auto* key = std::get_if<std::string>(&written.value);
  if (key == nullptr) return error_at(written.span, "a value set is named by a text");
  const auto found = context_.catalog.sets.find(*key);
  if (found == context_.catalog.sets.end()) {
    std::vector<std::string> keys;
    for (const auto& [name, _] : context_.catalog.sets) keys.push_back(name);
    auto error = unknown_at(written.span, "value set", *key, keys);
    error.error().code = ErrorCode::not_found;
    return error;
  }
  result.key = *key;
  for (const std::string& value : found->second.values) result.texts.push_back(text_literal(value));
  return {};
}

Result<void> CheckerRules::text_test(const Comparison& node, Span, TypedExpression& result) {
  if (result.operands[0].type != ValueType::text) return wrong_type(result.operands[0], text_name_of(node.test), "text");
  WM_TRY(TypedOperand right, right_operand(node.right.at(0), result.operands[0], node));
  if (result.test == CoreTest::matches) {
    if (right.kind != OperandKind::literal) return error_at(right.span, "'matches' takes a pattern between double quotes");
    const std::string& pattern = right.text_literal.text;
    if (pattern.size() > kPatternBytesMax) return error_at(right.span, fmt::format("a pattern has at most {} bytes", kPatternBytesMax));
    re2::RE2::Options options;
    options.set_log_errors(false);
    const re2::RE2 expression(pattern, options);
    if (!expression.ok()) return error_at(right.span, fmt::format("this is no RE2 pattern: {}", expression.error()));
  }
  result.operands.push_back(std::move(right));
  return {};
}

Result<void> CheckerRules::window_test(const Comparison& node, Span span, TypedExpression& result) {
  const TypedOperand& left = result.operands[0];
  const bool anniversary = result.test == CoreTest::anniversary;
  const std::string phrase = format(node.window);
  if (!is_dated(left.type)) return wrong_type(left, anniversary ? "anniversary" : phrase, "dates and timestamps");
  if (anniversary && left.kind != OperandKind::path) return error_at(left.span, "'anniversary' takes an attribute, a property or a field");
  WM_TRY(result.window, window(node.window));
  const Window& window = result.window;
  const bool by_day = anniversary || left.type == ValueType::date;
  const bool rolling = window.kind == Window::Kind::last || window.kind == Window::Kind::next || window.kind == Window::Kind::more_than_ago || window.kind == Window::Kind::between_ago;
  if (by_day && rolling && window.span.unit < CalendarUnit::day) return error_at(span, fmt::format("'{}' is a date: a window of it has no hours, minutes or seconds", left.text));
  const bool bounded = window.kind == Window::Kind::since || window.kind == Window::Kind::before || window.kind == Window::Kind::between || window.kind == Window::Kind::on;
  if (by_day && bounded && !window.by_date) return error_at(span, fmt::format("'{}' is a date: it takes no timestamp", left.text));
  const bool open = window.kind == Window::Kind::since || window.kind == Window::Kind::before || window.kind == Window::Kind::more_than_ago || window.kind == Window::Kind::ever;
  if (anniversary && open) return error_at(node.window.span, fmt::format("'anniversary' takes a window with two ends, not '{}'", phrase));
  return {};
}

Result<void> CheckerRules::set_test(const Comparison& node, Span, TypedExpression& result) {
  if (result.operands[0].type != ValueType::set) return error_at(result.operands[0].span, fmt::format("'{}' is {}; '{}' works on text sets", result.operands[0].text, with_article(result.operands[0].type), text_name_of(node.test)), result.operands[0].type == ValueType::text ? "write = or in (…)" : "");
  const bool counts = result.test == CoreTest::has_at_least;
  for (const Operand& written : node.right) {
    WM_TRY(TypedOperand right, operand(written));
    const bool fits = right.kind == OperandKind::literal && right.type == (counts ? ValueType::number : ValueType::text);
    if (!fits) return error_at(right.span, counts ? "'has at least' takes a number" : "a text set holds texts: they stand between double quotes");
    if (counts) {
      const Decimal number = std::get<Decimal>(right.literal);
      if (!number.is_whole() || number < Decimal(0)) return error_at(right.span, "'has at least' takes a whole number of at least 0");
      result.number = number.mantissa();
    }
    result.operands.push_back(std::move(right));
  }
  return {};
}

Result<void> CheckerRules::distance_test(const Comparison& node, Span, TypedExpression& result) {
  if (result.operands[0].type != ValueType::location) return wrong_type(result.operands[0], "within … km", "locations");
  static constexpr std::string_view kWhat[] = {"the distance", "the latitude", "the longitude"};
  static constexpr std::int64_t kLeast[] = {0, -90, -180};
  static constexpr std::int64_t kMost[] = {1'000'000, 90, 180};
  for (std::size_t i = 0; i < 3; ++i) {
    WM_TRY(TypedOperand right, operand(node.right.at(i)));
    const auto* number = std::get_if<Decimal>(&right.literal);
    if (right.kind != OperandKind::literal || number == nullptr) return error_at(right.span, fmt::format("{} is a number", kWhat[i]));
    if (*number < Decimal(kLeast[i]) || *number > Decimal(kMost[i])) return error_at(right.span, fmt::format("{} lies between {} and {}", kWhat[i], kLeast[i], kMost[i]));
    result.operands.push_back(std::move(right));
  }
  return {};
}

}  // namespace wanamaker
