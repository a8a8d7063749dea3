#include "language/warnings.h"

#include "language/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace wanamaker {
namespace {

// What one value must lie in, as the conjunction so far says.
struct Range {
  std::optional<Decimal> low, high;
  bool low_open = false, high_open = false;
  std::optional<std::string> key;
  bool empty = false;

  void at_least(const Decimal& bound, bool open) {
    if (!low || bound > *low || (bound == *low && open)) low = bound, low_open = open;
  }
  void at_most(const Decimal& bound, bool open) {
    if (!high || bound < *high || (bound == *high && open)) high = bound, high_open = open;
  }
  bool is_empty() const { return empty || (low && high && (*low > *high || (*low == *high && (low_open || high_open)))); }
};

void narrow(const TypedExpression& node, Range& range) {
  const TypedOperand& right = node.operands.back();
  if (right.kind != OperandKind::literal) return;
  if (node.test == CoreTest::equals && right.type == ValueType::text && node.compare == TextCompare::by_key) {
    if (range.key && *range.key != right.text_literal.key) range.empty = true;
    range.key = right.text_literal.key;
    return;
  }
  const auto* number = std::get_if<Decimal>(&right.literal);
  if (number == nullptr) return;
  switch (node.test) {
    case CoreTest::equals: range.at_least(*number, false), range.at_most(*number, false); break;
    case CoreTest::less: range.at_most(*number, true); break;
    case CoreTest::at_most: range.at_most(*number, false); break;
    case CoreTest::greater: range.at_least(*number, true); break;
    case CoreTest::at_least: range.at_least(*number, false); break;
    case CoreTest::between:
      if (const auto* low = std::get_if<Decimal>(&node.operands[1].literal)) range.at_least(*low, false), range.at_most(*number, false);
      break;
    case CoreTest::in:
    case CoreTest::in_set:
    case CoreTest::contains:
    case CoreTest::starts_with:
    case CoreTest::ends_with:
    case CoreTest::matches:
    case CoreTest::is_known:
    case CoreTest::is_true:
    case CoreTest::is_false:
    case CoreTest::window:
    case CoreTest::anniversary:
    case CoreTest::has_any:
    case CoreTest::has_all:
    case CoreTest::has_at_least:
    case CoreTest::within_km: break;
  }
}

bool has_contradiction(const std::vector<TypedExpression>& children) {
  std::map<std::string, Range> ranges;
  for (const TypedExpression& child : children) {
    if (child.kind != ExpressionKind::compare || child.negated || child.operands.size() < 2) continue;
    Range& range = ranges[child.operands[0].text];
    narrow(child, range);
    if (range.is_empty()) return true;
  }
  return false;
}

bool has_complements(const std::vector<TypedExpression>& children) {
  std::set<std::string> positive;
  for (const TypedExpression& child : children) if (child.kind != ExpressionKind::inverse) positive.insert(child.text);
  return std::ranges::any_of(children, [&](const TypedExpression& child) { return child.kind == ExpressionKind::inverse && positive.contains(child.children[0].text); });
}

// ---- parts of a time: their few values are tried ----

std::string_view form_of(const TextLiteral& literal, TextCompare compare) {
  switch (compare) {
    case TextCompare::by_key: return literal.key;
    case TextCompare::exactly: return literal.text;
    case TextCompare::ignoring_accents: return literal.bare;
  }
  return literal.key;
}

// Whether a weekday passes the test; nothing where that is not told here.
std::optional<bool> fits(const TypedExpression& node, const TextLiteral& day) {
  const std::string_view text = form_of(day, node.compare);
  const auto right = [&](const TypedOperand& operand) { return form_of(operand.text_literal, node.compare); };
  switch (node.test) {
    case CoreTest::equals:
    case CoreTest::in: return std::any_of(node.operands.begin() + 1, node.operands.end(), [&](const TypedOperand& operand) { return right(operand) == text; });
    case CoreTest::in_set: return std::ranges::any_of(node.texts, [&](const TextLiteral& value) { return form_of(value, node.compare) == text; });
    case CoreTest::contains: return text.find(right(node.operands[1])) != std::string_view::npos;
    case CoreTest::starts_with: return text.starts_with(right(node.operands[1]));
    case CoreTest::ends_with: return text.ends_with(right(node.operands[1]));
    case CoreTest::less:
    case CoreTest::at_most:
    case CoreTest::greater:
    case CoreTest::at_least:
    case CoreTest::between:
    case CoreTest::matches:
    case CoreTest::is_known:
    case CoreTest::is_true:
    case CoreTest::is_false:
    case CoreTest::window:
    case CoreTest::anniversary:
    case CoreTest::has_any:
    case CoreTest::has_all:
    case CoreTest::has_at_least:
    case CoreTest::within_km: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<bool> fits(const TypedExpression& node, const Decimal& number) {
  const auto right = [&](std::size_t i) { return std::get<Decimal>(node.operands[i].literal); };
  switch (node.test) {
    case CoreTest::equals:
    case CoreTest::in:
      for (std::size_t i = 1; i < node.operands.size(); ++i) if (right(i) == number) return true;
      return false;
    case CoreTest::less: return number < right(1);
    case CoreTest::at_most: return number <= right(1);
    case CoreTest::greater: return number > right(1);
    case CoreTest::at_least: return number >= right(1);
    case CoreTest::between: return number >= right(1) && number <= right(2);
    case CoreTest::in_set:
    case CoreTest::contains:
    case CoreTest::starts_with:
    case CoreTest::ends_with:
    case CoreTest::matches:
    case CoreTest::is_known:
    case CoreTest::is_true:
    case CoreTest::is_false:
    case CoreTest::window:
    case CoreTest::anniversary:
    case CoreTest::has_any:
    case CoreTest::has_all:
    case CoreTest::has_at_least:
    case CoreTest::within_km: return std::nullopt;
  }
  return std::nullopt;
}

// False where no month, hour or weekday passes the test; nothing where one may.
std::optional<bool> part_truth(const TypedExpression& node, std::vector<Warning>& warnings) {
  if (node.operands.empty() || node.operands[0].kind != OperandKind::part) return std::nullopt;
  const bool has_literals = std::all_of(node.operands.begin() + 1, node.operands.end(), [](const TypedOperand& operand) { return operand.kind == OperandKind::literal; });
  if (!has_literals) return std::nullopt;
  std::string_view values;
  std::vector<std::optional<bool>> tried;
  switch (node.operands[0].part) {
    case TimePart::age: return std::nullopt;
    case TimePart::weekday:
      values = "weekdays are Monday to Sunday";
      for (const auto* day : {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}) tried.push_back(fits(node, text_literal(day)));
      break;
    case TimePart::month:
      values = "months are 1 to 12";
      for (int month = 1; month <= 12; ++month) tried.push_back(fits(node, Decimal(month)));
      break;
    case TimePart::hour:
      values = "hours are 0 to 23";
      for (int hour = 0; hour <= 23; ++hour) tried.push_back(fits(node, Decimal(hour)));
      break;
  }
  if (std::ranges::any_of(tried, [](std::optional<bool> fit) { return fit.value_or(true); })) return std::nullopt;
  warnings.push_back({node.span, fmt::format("{}: '{}' {}", values, node.text, node.negated ? "always holds" : "matches nobody")});
  return node.negated;
}

// ---- truth without data ----

std::optional<bool> constancy(const TypedExpression& node, std::vector<Warning>& warnings);

// Where the filter lets nothing through.
bool is_void(const TypedSource& source, std::vector<Warning>& warnings) {
  return source.where != nullptr && constancy(*source.where, warnings) == std::optional(false);
}

std::optional<bool> did_truth(const TypedExpression& node, std::vector<Warning>& warnings) {
  if (node.count.kind == CountKind::at_least && node.number == 0) return true;
  if (node.count.kind == CountKind::regular && (node.number == 0 || node.units_needed == 0)) return true;
  if (node.count.kind == CountKind::regular && node.units_needed > node.units_looked_at) return false;
  if (!is_void(node.source, warnings)) return std::nullopt;
  switch (node.count.kind) {
    case CountKind::at_least:
    case CountKind::regular: return false;
    case CountKind::at_most: return true;
    case CountKind::exactly:
    case CountKind::between: return node.number == 0;
  }
  return std::nullopt;
}

std::optional<bool> related_truth(const TypedExpression& node, std::vector<Warning>& warnings) {
  if (node.quantifier == Quantifier::at_least && node.number == 0) return true;
  if (!is_void(node.source, warnings)) return std::nullopt;
  return node.quantifier == Quantifier::no;
}

std::optional<bool> sequence_truth(const TypedExpression& node, std::vector<Warning>& warnings) {
  bool is_broken = false;
  for (const TypedStep& step : node.steps) {
    const bool is_never = is_void(step.source, warnings);
    is_broken = is_broken || (is_never && step.kind != StepKind::absent);
  }
  return is_broken ? std::optional(false) : std::nullopt;
}

// The truth of a node where it can be told without data. Depth is limited by the checker.
std::optional<bool> constancy(const TypedExpression& node, std::vector<Warning>& warnings) {
  std::vector<std::optional<bool>> parts;
  for (const TypedExpression& child : node.children) parts.push_back(constancy(child, warnings));
  const auto count = [&](std::optional<bool> wanted) { return std::ranges::count(parts, wanted); };
  switch (node.kind) {
    case ExpressionKind::constant: return node.constant;
    case ExpressionKind::segment: return parts[0];
    case ExpressionKind::inverse: return parts[0] ? std::optional<bool>(!*parts[0]) : std::nullopt;
    case ExpressionKind::all_of:
      if (count(false) > 0) return false;
      if (has_contradiction(node.children) || has_complements(node.children)) {
        warnings.push_back({node.span, "these conditions contradict each other: this part matches nobody"});
        return false;
      }
      return count(true) == static_cast<std::ptrdiff_t>(parts.size()) ? std::optional<bool>(true) : std::nullopt;
    case ExpressionKind::any_of:
      if (count(true) > 0) return true;
      if (has_complements(node.children)) {
        warnings.push_back({node.span, "one of these conditions is the complement of another: this part always holds"});
        return true;
      }
      return count(false) == static_cast<std::ptrdiff_t>(parts.size()) ? std::optional<bool>(false) : std::nullopt;
    case ExpressionKind::at_least_of:
      if (node.number <= count(true)) return true;
      if (node.number > static_cast<std::int64_t>(parts.size()) - count(false)) return false;
      return std::nullopt;
    case ExpressionKind::did: return did_truth(node, warnings);
    case ExpressionKind::related: return related_truth(node, warnings);
    case ExpressionKind::sequence: return sequence_truth(node, warnings);
    case ExpressionKind::moment: return is_void(node.source, warnings) ? std::optional(false) : std::nullopt;
    case ExpressionKind::compare: return part_truth(node, warnings);
    case ExpressionKind::random:
      if (node.percent == Decimal(0)) return false;
      if (node.percent == Decimal(100)) return true;
      return std::nullopt;
    case ExpressionKind::list:
    case ExpressionKind::ranking:
    case ExpressionKind::has_been:
    case ExpressionKind::changed: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Warning> warnings_for(const TypedExpression& root) {
  std::vector<Warning> warnings;
  if (root.kind == ExpressionKind::constant) return warnings;  // written so on purpose
  const auto truth = constancy(root, warnings);
  if (truth && warnings.empty()) warnings.push_back({root.span, *truth ? "this definition always holds" : "this definition can match nobody"});
  return warnings;
}

}  // namespace wanamaker
