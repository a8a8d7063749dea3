#include "ingest/row_rules.h"

#include "base/text/fold.h"
#include "model/naming.h"
#include "ingest/row_program.h"
#include "language/diagnostic.h"
#include "language/parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {

struct RowRules::Program {
  std::vector<NumberNode> derive;
  std::optional<ConditionNode> where;
  Zone zone;
};

namespace {

// Which tests go with which type; numbers are apart, since their operands may be calculations.
bool is_allowed(ValueType type, Test test) {
  switch (test) {
    case Test::is_known:
    case Test::is_empty: return true;
    case Test::equals:
    case Test::not_equals: return type != ValueType::set && type != ValueType::location;
    case Test::in:
    case Test::not_in: return type != ValueType::set && type != ValueType::location && type != ValueType::boolean;
    case Test::less:
    case Test::at_most:
    case Test::greater:
    case Test::at_least:
    case Test::between: return type == ValueType::number || type == ValueType::date || type == ValueType::timestamp;
    case Test::window: return type == ValueType::date || type == ValueType::timestamp;
    case Test::is_true:
    case Test::is_false: return type == ValueType::boolean;
    case Test::contains:
    case Test::starts_with:
    case Test::ends_with:
    case Test::does_not_contain:
    case Test::does_not_start_with:
    case Test::does_not_end_with: return type == ValueType::text;
    case Test::has:
    case Test::has_any:
    case Test::has_all:
    case Test::has_none:
    case Test::has_at_least: return type == ValueType::set;
    case Test::in_set:
    case Test::not_in_set:
    case Test::matches:
    case Test::does_not_match:
    case Test::anniversary:
    case Test::within_km: return false;
  }
  return false;
}

class Compiler {
 public:
  Compiler(std::string_view source, const std::vector<RuleColumn>& columns) : source_(source), columns_(columns) {}

  Result<NumberNode> number(const Operand& operand) const {
    if (const auto* literal = std::get_if<Literal>(&operand.node)) {
      if (const auto* value = std::get_if<Decimal>(&literal->value)) return NumberNode{.literal = *value};
      return wrong(operand.span, "a number was expected here");
    }
    if (const auto* path = std::get_if<Path>(&operand.node)) {
      WM_TRY(const std::size_t column, column_of(*path));
      if (columns_[column].type == ValueType::number) return NumberNode{.kind = NumberNode::Kind::column, .column = column};
      return wrong(path->span, fmt::format("this column is a {}; a number was expected", name_of(columns_[column].type)), "declare it with --type, where its cells are numbers");
    }
    if (const auto* negate = std::get_if<Negate>(&operand.node)) {
      WM_TRY(NumberNode inner, number(*negate->operand));
      return NumberNode{.kind = NumberNode::Kind::negate, .children = {std::move(inner)}};
    }
    if (const auto* arithmetic = std::get_if<Arithmetic>(&operand.node)) {
      WM_TRY(NumberNode left, number(*arithmetic->left));
      WM_TRY(NumberNode right, number(*arithmetic->right));
      static constexpr NumberNode::Kind kKinds[] = {NumberNode::Kind::add, NumberNode::Kind::subtract, NumberNode::Kind::multiply, NumberNode::Kind::divide};
      return NumberNode{.kind = kKinds[static_cast<std::size_t>(arithmetic->op)], .children = {std::move(left), std::move(right)}};
    }
    return beyond_row(operand.span);
  }

  Result<ConditionNode> condition(const Expression& expression) const {
    using Kind = ConditionNode::Kind;
    if (const auto* node = std::get_if<And>(&expression.node)) return group(Kind::all_of, node->children);
    if (const auto* node = std::get_if<Or>(&expression.node)) return group(Kind::any_of, node->children);
    if (const auto* node = std::get_if<Not>(&expression.node)) {
      WM_TRY(ConditionNode child, condition(*node->child));
      return ConditionNode{.kind = Kind::negation, .children = {std::move(child)}};
    }
    if (const auto* node = std::get_if<AtLeastOf>(&expression.node)) {
      const auto* count = std::get_if<std::int64_t>(&node->number.value);
      if (count == nullptr) return beyond_row(expression.span);
      WM_TRY(ConditionNode result, group(Kind::at_least, node->children));
      result.number = *count;
      return result;
    }
    if (std::holds_alternative<Everyone>(expression.node)) return ConditionNode{.number = 1};
    if (std::holds_alternative<NoOne>(expression.node)) return ConditionNode{.number = 0};
    if (const auto* node = std::get_if<Comparison>(&expression.node)) return comparison(*node, expression.span);
    return beyond_row(expression.span);
  }

 private:
  std::unexpected<Error> wrong(Span span, std::string message, std::string hint = {}) const {
    return fail(diagnose(source_, span, std::move(message), std::move(hint)));
  }
  std::unexpected<Error> beyond_row(Span span) const {
    return wrong(span, "an import sees one row alone, without other data and without a present time", "compare columns with literals or with each other");
  }

  Result<ConditionNode> group(ConditionNode::Kind kind, const std::vector<Expression>& children) const {
    ConditionNode result{.kind = kind};
    for (const Expression& child : children) {
      WM_TRY(ConditionNode node, condition(child));
      result.children.push_back(std::move(node));
    }
    return result;
  }

  Result<std::size_t> column_of(const Path& path) const {
    if (path.scope != PathScope::bare) return beyond_row(path.span);
    std::vector<std::string> known;
    std::optional<std::size_t> folded;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      for (const std::string& name : columns_[i].names) {
        if (name == path.name.text) return i;
        if (!path.name.exact && !folded && equal_folded(name, path.name.text)) folded = i;
        known.push_back(name);
      }
    }
    if (folded) return *folded;
    const auto near = nearest_name(path.name.text, known);
    return wrong(path.span, fmt::format("the file has no column '{}'", path.name.text), near ? fmt::format("did you mean '{}'?", *near) : std::string());
  }

  // The type of the left side; calculations and literals are numbers.
  Result<ValueType> left_type(const Operand& left) const {
    const auto* path = std::get_if<Path>(&left.node);
    if (path == nullptr) return ValueType::number;
    WM_TRY(const std::size_t column, column_of(*path));
    return columns_[column].type;
  }

  Result<ConditionNode> comparison(const Comparison& node, Span span) const {
    WM_TRY(const ValueType type, left_type(node.left));
    if (!is_allowed(type, node.test)) return wrong(span, fmt::format("this test is not for a {} in an import", name_of(type)), "see the tests of each type; windows of the present, sets of values and patterns need a stored contact");
    ConditionNode result{.test = {.test = node.test, .compare = node.compare, .window = node.window.kind}};
    if (type == ValueType::number) {
      result.kind = ConditionNode::Kind::number_test;
      WM_TRY(NumberNode left, number(node.left));
      result.numbers.push_back(std::move(left));
      for (const Operand& operand : node.right) {
        WM_TRY(NumberNode right, number(operand));
        result.numbers.push_back(std::move(right));
      }
      return result;
    }
    result.kind = ConditionNode::Kind::value_test;
    WM_TRY(ValueOperand left, value(node.left));
    result.values.push_back(std::move(left));
    for (const Operand& operand : node.right) {
      WM_TRY(ValueOperand right, value(operand));
      WM_CHECK_OK(check_right(type, node.test, right, operand.span));
      result.values.push_back(std::move(right));
    }
    WM_CHECK_OK(add_bounds(node.window, type, result));
    return result;
  }

  Result<void> add_bounds(const WindowNode& window, ValueType type, ConditionNode& result) const {
    if (result.test.test != Test::window) return {};
    const bool is_fixed = window.kind == WindowKind::since || window.kind == WindowKind::before || window.kind == WindowKind::between || window.kind == WindowKind::on;
    if (!is_fixed) return beyond_row(window.span);
    for (const Literal& bound : window.bounds) {
      WM_TRY(ValueOperand operand, literal_operand(bound));
      WM_CHECK_OK(check_right(type, Test::window, operand, bound.span));
      result.values.push_back(std::move(operand));
    }
    return {};
  }

  Result<ValueOperand> value(const Operand& operand) const {
    if (const auto* literal = std::get_if<Literal>(&operand.node)) return literal_operand(*literal);
    const auto* path = std::get_if<Path>(&operand.node);
    if (path == nullptr) return beyond_row(operand.span);
    WM_TRY(const std::size_t column, column_of(*path));
    return ValueOperand{.column = column, .type = columns_[column].type};
  }

  Result<ValueOperand> literal_operand(const Literal& literal) const {
    if (std::holds_alternative<Parameter>(literal.value)) return wrong(literal.span, "an import has no parameters", "write the value itself");
    ValueOperand operand;
    std::visit([&](const auto& value) {
      if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, Parameter>) operand.literal = Value(value);
    }, literal.value);
    operand.type = type_of(operand.literal);
    return operand;
  }

  Result<void> check_right(ValueType left, Test test, const ValueOperand& right, Span span) const {
    ValueType wanted = left;
    if (left == ValueType::set) wanted = test == Test::has_at_least ? ValueType::number : ValueType::text;
    const bool is_day_of_time = left == ValueType::timestamp && right.type == ValueType::date && !right.column;
    if (right.type == wanted || is_day_of_time) return {};
    return wrong(span, fmt::format("a {} was expected here, not a {}", name_of(wanted), name_of(right.type)));
  }

  std::string_view source_;
  const std::vector<RuleColumn>& columns_;
};

std::unexpected<Error> within(Error error, std::string where) {
  error.where = std::move(where);
  return fail(std::move(error));
}

}  // namespace

RowRules::RowRules(std::unique_ptr<Program> program) : program_(std::move(program)) {}
RowRules::RowRules(RowRules&&) noexcept = default;
RowRules& RowRules::operator=(RowRules&&) noexcept = default;
RowRules::~RowRules() = default;

Result<RowRules> RowRules::compile(const RuleTexts& texts, std::vector<RuleColumn> columns, const Zone& zone) {
  std::unique_ptr<Program> program(new Program{.derive = {}, .where = {}, .zone = zone});
  for (const auto& [name, expression] : texts.derive) {
    const auto operand = parse_operand(expression);
    if (!operand) return within(operand.error(), "--derive " + name);
    auto node = Compiler(expression, columns).number(*operand);
    if (!node) return within(node.error(), "--derive " + name);
    program->derive.push_back(std::move(*node));
    columns.push_back({.names = {name}, .type = ValueType::number});
  }
  if (!texts.where.empty()) {
    const auto expression = parse_expression(texts.where);
    if (!expression) return within(expression.error(), "--where");
    auto node = Compiler(texts.where, columns).condition(*expression);
    if (!node) return within(node.error(), "--where");
    program->where = std::move(*node);
  }
  return RowRules(std::move(program));
}

bool RowRules::is_empty() const { return program_->derive.empty() && !program_->where; }

void RowRules::derive(std::vector<RuleValue>& values) const {
  for (const NumberNode& node : program_->derive) {
    const auto number = evaluate(node, values);
    RuleValue& derived = values.emplace_back();  // missing until it is known
    if (!number) {
      derived = std::unexpected(number.error());
      continue;
    }
    if (!*number) continue;
    if (const auto decimal = (*number)->to_decimal()) derived->emplace<Decimal>(*decimal);
    else derived = std::unexpected(RowFault{.code = "derive", .reason = "a derived value is no decimal of at most 18 digits"});
  }
}

std::expected<bool, RowFault> RowRules::keeps(const std::vector<RuleValue>& values) const {
  if (!program_->where) return true;
  return evaluate(*program_->where, values, program_->zone);
}

}  // namespace wanamaker
