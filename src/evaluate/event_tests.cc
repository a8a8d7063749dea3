#include "evaluate/event_tests.h"

#include "evaluate/sweep/cell_predicate.h"

namespace wanamaker {
namespace {

// The property that a comparison of a number with constants reads. Nothing: it is another kind of test, or events of the name have none.
std::optional<AttributeId> number_compared(const TypedExpression& node, EventTypeId type) {
  if (node.kind != ExpressionKind::compare || !is_ordered(node.test) || node.operands[0].kind != OperandKind::path) return std::nullopt;
  const TypedPath& path = node.operands[0].path;
  if (path.kind != PathKind::property || path.type != ValueType::number || !CellPredicate::has_constants(node)) return std::nullopt;
  return path.by_event[type.value];
}

}  // namespace

EventTests event_tests(const TypedExpression* where, EventTypeId type) {
  EventTests tests;
  if (where == nullptr) return tests;
  std::vector<const TypedExpression*> parts{where};
  if (where->kind == ExpressionKind::all_of && !where->negated) {
    parts.clear();
    for (const TypedExpression& child : where->children) parts.push_back(&child);
  }
  for (const TypedExpression* part : parts) {
    const auto property = number_compared(*part, type);
    if (!property) {
      tests.others.push_back(part);
      continue;
    }
    NumberTest test{.property = *property, .negated = part->negated, .passing = number_ranges(*part)};
    if (test.passing[0].size() == 1) test.of_whole = test.passing[0].front();
    tests.numbers.push_back(std::move(test));
  }
  return tests;
}

}  // namespace wanamaker
