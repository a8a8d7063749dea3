#pragma once
// What --derive and --where are compiled to: names are positions, types are checked, and what needs more than a row is gone.
// Evaluation goes as deep as the definition, which the parser limits to 64 levels.

#include "ingest/fraction.h"
#include "ingest/row_rules.h"
#include "ingest/row_tests.h"

#include <optional>
#include <vector>

namespace wanamaker {

struct NumberNode {
  enum class Kind : std::uint8_t { literal, column, add, subtract, multiply, divide, negate };
  Kind kind = Kind::literal;
  Decimal literal = {};
  std::size_t column = 0;
  std::vector<NumberNode> children = {};
};

struct ValueOperand {
  std::optional<std::size_t> column = {};
  ValueType type = ValueType::text;  // of the column
  Value literal = {};
};

struct ConditionNode {
  enum class Kind : std::uint8_t { all_of, any_of, negation, at_least, constant, number_test, value_test };
  Kind kind = Kind::constant;
  std::vector<ConditionNode> children = {};
  std::int64_t number = 0;                   // at_least: how many; constant: 0 or 1
  RowTest test = {};                         // number_test, value_test
  std::vector<NumberNode> numbers = {};      // number_test: left, then right
  std::vector<ValueOperand> values = {};     // value_test: left, then right
};

// Faults: those of the cells that are asked for, and `derive` where an exact result does not fit 128 bits.
std::expected<std::optional<Fraction>, RowFault> evaluate(const NumberNode& node, const std::vector<RuleValue>& values);
std::expected<bool, RowFault> evaluate(const ConditionNode& node, const std::vector<RuleValue>& values, const Zone& zone);

}  // namespace wanamaker
