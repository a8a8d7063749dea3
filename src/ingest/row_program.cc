#include "ingest/row_program.h"

#include "base/check.h"

#include <algorithm>

namespace wanamaker {
namespace {

using Number = std::expected<std::optional<Fraction>, RowFault>;

Number too_large() { return std::unexpected(RowFault{.code = "derive", .reason = "a calculation has an exact result of more than 38 digits"}); }

std::expected<Value, RowFault> value_of(std::size_t column, ValueType type, const std::vector<RuleValue>& values) {
  const RuleValue& value = values.at(column);
  if (!value || is_missing(*value) || type_of(*value) == type) return value;
  return std::unexpected(RowFault{.code = "type", .reason = "a column that --where or --derive asks for has another type in this event"});
}

Number combine(NumberNode::Kind kind, const Fraction& left, const Fraction& right) {
  std::optional<Fraction> result;
  switch (kind) {
    case NumberNode::Kind::add: result = Fraction::add(left, right); break;
    case NumberNode::Kind::subtract: result = Fraction::add(left, right.negated()); break;
    case NumberNode::Kind::multiply: result = Fraction::multiply(left, right); break;
    case NumberNode::Kind::divide:
      if (right.is_zero()) return std::optional<Fraction>();
      result = Fraction::multiply(left, right.inverted());
      break;
    case NumberNode::Kind::literal:
    case NumberNode::Kind::column:
    case NumberNode::Kind::negate: CHECK(false, "these have no two operands");
  }
  if (!result) return too_large();
  return result;
}

std::expected<bool, RowFault> test_numbers(const ConditionNode& node, const std::vector<RuleValue>& values) {
  std::vector<Fraction> numbers;
  const auto [positive, is_negated] = positive_of(node.test.test);
  for (const NumberNode& operand : node.numbers) {
    const Number number = evaluate(operand, values);
    if (!number) return std::unexpected(number.error());
    if (!*number) return is_negated;
    numbers.push_back(**number);
  }
  std::vector<std::strong_ordering> orders;
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    const auto order = Fraction::compare(numbers[0], numbers[i]);
    if (!order) return std::unexpected(too_large().error());
    orders.push_back(*order);
  }
  bool result = true;  // is_known
  switch (positive) {
    case Test::equals: result = orders[0] == 0; break;
    case Test::less: result = orders[0] < 0; break;
    case Test::at_most: result = orders[0] <= 0; break;
    case Test::greater: result = orders[0] > 0; break;
    case Test::at_least: result = orders[0] >= 0; break;
    case Test::between: result = orders[0] >= 0 && orders[1] <= 0; break;
    case Test::in: result = std::ranges::any_of(orders, [](auto order) { return order == 0; }); break;
    default: CHECK(positive == Test::is_known, "other tests of numbers were refused when they were compiled");
  }
  return result != is_negated;
}

std::expected<bool, RowFault> test_values(const ConditionNode& node, const std::vector<RuleValue>& values, const Zone& zone) {
  std::vector<Value> operands;
  for (const ValueOperand& operand : node.values) {
    if (!operand.column) {
      operands.push_back(operand.literal);
      continue;
    }
    auto value = value_of(*operand.column, operand.type, values);
    if (!value) return std::unexpected(std::move(value).error());
    operands.push_back(std::move(*value));
  }
  const Value left = std::move(operands.front());
  operands.erase(operands.begin());
  return holds(node.test, left, operands, zone);
}

}  // namespace

Number evaluate(const NumberNode& node, const std::vector<RuleValue>& values) {
  if (node.kind == NumberNode::Kind::literal) return std::optional(Fraction(node.literal));
  if (node.kind == NumberNode::Kind::column) {
    const auto value = value_of(node.column, ValueType::number, values);
    if (!value) return std::unexpected(value.error());
    if (is_missing(*value)) return std::optional<Fraction>();
    return std::optional(Fraction(std::get<Decimal>(*value)));
  }
  const Number left = evaluate(node.children[0], values);
  if (!left || !*left) return left;
  if (node.kind == NumberNode::Kind::negate) return std::optional((*left)->negated());
  const Number right = evaluate(node.children[1], values);
  if (!right || !*right) return right;
  return combine(node.kind, **left, **right);
}

std::expected<bool, RowFault> evaluate(const ConditionNode& node, const std::vector<RuleValue>& values, const Zone& zone) {
  switch (node.kind) {
    case ConditionNode::Kind::constant: return node.number != 0;
    case ConditionNode::Kind::number_test: return test_numbers(node, values);
    case ConditionNode::Kind::value_test: return test_values(node, values, zone);
    case ConditionNode::Kind::all_of:
    case ConditionNode::Kind::any_of:
    case ConditionNode::Kind::at_least:
    case ConditionNode::Kind::negation: break;
  }
  const auto size = static_cast<std::int64_t>(node.children.size());
  const std::int64_t needed = node.kind == ConditionNode::Kind::any_of ? 1 : node.kind == ConditionNode::Kind::at_least ? node.number : size;
  std::int64_t held = 0;
  std::int64_t left = size;
  for (const ConditionNode& child : node.children) {
    if (held >= needed || held + left < needed) break;  // decided: what is not asked for cannot be at fault
    const auto truth = evaluate(child, values, zone);
    if (!truth) return truth;
    held += *truth ? 1 : 0;
    --left;
  }
  return (held >= needed) != (node.kind == ConditionNode::Kind::negation);
}

}  // namespace wanamaker
