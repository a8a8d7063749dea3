#include "evaluate/sweep/pair_filter.h"

#include "base/check.h"
#include "evaluate/previous.h"
#include "evaluate/sweep/scaling.h"

#include <utility>

namespace wanamaker {
namespace {

bool is_own(const TypedPath& path) { return path.kind == PathKind::property || path.kind == PathKind::event_time; }
bool is_previous(const TypedPath& path) { return path.kind == PathKind::previous_property || path.kind == PathKind::previous_time; }
bool is_time(const TypedPath& path) { return path.kind == PathKind::event_time || path.kind == PathKind::previous_time; }

bool compares_order(CoreTest test) { return test == CoreTest::less || test == CoreTest::at_most || test == CoreTest::greater || test == CoreTest::at_least; }

// Texts have an id each form of equality; that of the bare form is not asked here.
bool is_comparable(const TypedExpression& node, ValueType type) {
  if (is_scalar(type)) return node.test == CoreTest::equals || compares_order(node.test);
  if (type == ValueType::boolean) return node.test == CoreTest::equals;
  return type == ValueType::text && node.test == CoreTest::equals;
}

// The parts of a conjunction.
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

std::optional<PairTest> PairTest::of(const TypedExpression& node, const TypedSource& own, const TypedSource& previous, const Environment& environment) {
  if (node.kind != ExpressionKind::compare || node.operands.size() != 2) return std::nullopt;
  for (const TypedOperand& operand : node.operands) if (operand.kind != OperandKind::path) return std::nullopt;
  const TypedPath& left = node.operands[0].path;
  const TypedPath& right = node.operands[1].path;
  PairTest test(node, environment);
  test.own_is_left_ = is_own(left);
  test.own_ = test.own_is_left_ ? &left : &right;
  test.previous_ = test.own_is_left_ ? &right : &left;
  if (!is_own(*test.own_) || !is_previous(*test.previous_) || left.type != right.type || !is_comparable(node, left.type)) return std::nullopt;
  if (left.type != ValueType::number) return test;
  ScalingBuilder builder;
  const auto for_each = [&](auto visit) {
    for_each_chunk(own, *test.own_, environment.base, visit);
    for_each_chunk(previous, *test.previous_, environment.base, visit);
  };
  for_each([&](const Chunk& chunk) { builder.see_scale(chunk); });
  for_each([&](const Chunk& chunk) { builder.see_size(chunk); });
  if (!builder.take().one_fits) return std::nullopt;
  test.scale_ = builder.take().scale;
  return test;
}

PairValue PairTest::read(const TypedPath& path, const EventRef& event) const {
  const EventTable& table = base_->events[event.type.value];
  if (is_time(path)) return {table.at(event.row).ms, true};
  const auto& attribute = path.by_event[event.type.value];
  if (!attribute) return {};
  const Cell cell = table.property(*attribute, event.row);
  if (!cell.known) return {};
  if (path.type == ValueType::number) return {cell.bits * power_of_ten(static_cast<unsigned>(scale_ - cell.scale)), true};
  if (path.type != ValueType::text) return {cell.bits, true};
  const TextPool& texts = base_->cells.texts();
  const TextId id{static_cast<std::uint32_t>(cell.bits)};
  switch (node_->compare) {
    case TextCompare::by_key: return {std::int64_t{texts.key_id(id).value}, true};
    case TextCompare::exactly: return {std::int64_t{id.value}, true};
    case TextCompare::ignoring_accents: return {std::int64_t{texts.bare_id(id).value}, true};
  }
  CHECK(false, "every form of equality has a case");
}

bool PairTest::holds(const PairValue& own, const PairValue& previous) const {
  if (!own.known || !previous.known) return node_->negated;
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
  return holds != node_->negated;
}

std::optional<SplitFilter> split_filter(const TypedSource& source, const TypedSource& previous, const Environment& environment) {
  SplitFilter split{.alone = source, .pairs = {}};
  if (!source.where || !asks_previous(*source.where)) return split;
  std::vector<const TypedExpression*> parts;
  if (!take_apart(*source.where, parts)) return std::nullopt;
  TypedExpression alone{.kind = ExpressionKind::all_of};
  for (const TypedExpression* part : parts) {
    if (!asks_previous(*part)) {
      alone.children.push_back(*part);
      continue;
    }
    auto test = PairTest::of(*part, source, previous, environment);
    if (!test) return std::nullopt;
    split.pairs.push_back(std::move(*test));
  }
  split.alone.where = alone.children.empty() ? nullptr : std::make_shared<const TypedExpression>(std::move(alone));
  return split;
}

}  // namespace wanamaker
