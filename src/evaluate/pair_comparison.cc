#include "evaluate/pair_comparison.h"

#include "base/check.h"
#include "evaluate/sweep/scaling.h"

namespace wanamaker {
namespace {

bool is_own(const TypedPath& path) { return path.kind == PathKind::property || path.kind == PathKind::event_time; }
bool is_previous(const TypedPath& path) { return path.kind == PathKind::previous_property || path.kind == PathKind::previous_time; }
bool is_time(const TypedPath& path) { return path.kind == PathKind::event_time || path.kind == PathKind::previous_time; }

bool compares_order(CoreTest test) { return test == CoreTest::less || test == CoreTest::at_most || test == CoreTest::greater || test == CoreTest::at_least; }

// Texts have an id each form of equality.
bool is_comparable(const TypedExpression& node, ValueType type) {
  if (is_scalar(type)) return node.test == CoreTest::equals || compares_order(node.test);
  return (type == ValueType::boolean || type == ValueType::text) && node.test == CoreTest::equals;
}

bool take_apart(const TypedExpression& node, std::vector<const TypedExpression*>& parts) {
  if (node.kind != ExpressionKind::all_of) {
    parts.push_back(&node);
    return true;
  }
  if (node.negated) return false;
  for (const TypedExpression& child : node.children) if (!take_apart(child, parts)) return false;
  return true;
}

}  // namespace

std::optional<std::vector<const TypedExpression*>> conjuncts(const TypedExpression& node) {
  std::vector<const TypedExpression*> parts;
  if (!take_apart(node, parts)) return std::nullopt;
  return parts;
}

std::optional<PairComparison> PairComparison::of(const TypedExpression& outer, const Base& base) {
  const TypedExpression* inner = &outer;
  bool is_turned_round = false;
  for (; inner->kind == ExpressionKind::inverse; inner = &inner->children[0]) is_turned_round ^= !inner->negated;
  const TypedExpression& node = *inner;
  if (node.kind != ExpressionKind::compare || node.operands.size() != 2) return std::nullopt;
  for (const TypedOperand& operand : node.operands) if (operand.kind != OperandKind::path) return std::nullopt;
  const TypedPath& left = node.operands[0].path;
  const TypedPath& right = node.operands[1].path;
  PairComparison comparison(node, base);
  comparison.negated_ = node.negated != is_turned_round;
  comparison.own_is_left_ = is_own(left);
  comparison.own_ = comparison.own_is_left_ ? &left : &right;
  comparison.previous_ = comparison.own_is_left_ ? &right : &left;
  if (!is_own(*comparison.own_) || !is_previous(*comparison.previous_) || left.type != right.type || !is_comparable(node, left.type)) return std::nullopt;
  return comparison;
}

Cell PairComparison::cell(Side side, const EventRef& event) const {
  const EventTable& table = base_->events[event.type.value];
  if (is_time(path(side))) return {.bits = table.at(event.row).ms, .scale = 0, .known = true};
  const auto& attribute = path(side).by_event[event.type.value];
  return attribute ? table.property(*attribute, event.row) : Cell{};
}

PairValue PairComparison::read(Side side, const EventRef& event) const {
  const Cell value = cell(side, event);
  if (!value.known) return {};
  if (of_numbers()) return {value.bits * power_of_ten(static_cast<unsigned>(scale_ - value.scale)), true};
  if (own_->type != ValueType::text) return {value.bits, true};
  const TextPool& texts = base_->cells.texts();
  const TextId id = text_id(value);
  switch (node_->compare) {
    case TextCompare::by_key: return {std::int64_t{texts.key_id(id).value}, true};
    case TextCompare::exactly: return {std::int64_t{id.value}, true};
    case TextCompare::ignoring_accents: return {std::int64_t{texts.bare_id(id).value}, true};
  }
  CHECK(false, "every form of equality has a case");
}

bool PairComparison::holds(const PairValue& own, const PairValue& previous) const {
  if (!own.known || !previous.known) return negated_;
  const std::int64_t left = own_is_left_ ? own.bits : previous.bits;
  const std::int64_t right = own_is_left_ ? previous.bits : own.bits;
  bool holds = left == right;
  switch (node_->test) {
    case CoreTest::less: holds = left < right; break;
    case CoreTest::at_most: holds = left <= right; break;
    case CoreTest::greater: holds = left > right; break;
    case CoreTest::at_least: holds = left >= right; break;
    default: break;  // equals
  }
  return holds != negated_;
}

PairComparison::Decisive PairComparison::decisive(Side side) const {
  if (node_->test == CoreTest::equals) return negated_ ? Decisive::different : Decisive::equal;
  const bool left_is_less = (node_->test == CoreTest::less || node_->test == CoreTest::at_most) != negated_;
  const bool is_left = (side == Side::own) == own_is_left_;
  return left_is_less == is_left ? Decisive::least : Decisive::greatest;
}

}  // namespace wanamaker
