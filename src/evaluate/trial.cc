#include "evaluate/trial.h"

#include "evaluate/asked_about.h"
#include "evaluate/next_edge.h"
#include "evaluate/previous.h"

#include <algorithm>

namespace wanamaker {
namespace {

bool asks_pairs(const TypedSource& source) {
  const bool goes_by_account = source.kind == SourceClass::colleagues || source.kind == SourceClass::account_records;
  return goes_by_account && source.where && speaks_of_asked(*source.where);
}

bool operand_asks_pairs(const TypedOperand& operand) { return asks_pairs(operand.source) || std::ranges::any_of(operand.operands, operand_asks_pairs); }

bool leaf_asks_pairs(const TypedExpression& node) {
  const auto step_does = [](const TypedStep& step) { return step.source.where && asks_previous(*step.source.where); };
  return asks_pairs(node.source) || std::ranges::any_of(node.operands, operand_asks_pairs) || std::ranges::any_of(node.steps, step_does);
}

}  // namespace

const TypedExpression* asked_of_pairs(const TypedExpression& node) {
  if (leaf_asks_pairs(node)) return &node;
  for (const TypedExpression& child : node.children)
    if (const TypedExpression* found = asked_of_pairs(child)) return found;
  if (node.among)
    if (const TypedExpression* found = asked_of_pairs(*node.among)) return found;
  for (const TypedOperand& operand : node.operands)
    if (const TypedExpression* found = operand.among ? asked_of_pairs(*operand.among) : nullptr) return found;
  return nullptr;
}

void try_to_foresee(const TypedExpression& node, const Environment& environment) {
  for (const TypedExpression& child : node.children) try_to_foresee(child, environment);
  if (!leaf_asks_pairs(node)) return;
  const NextEdge next(node);
  if (!next.is_timed()) return;
  Probe probe(environment, nullptr);
  for (std::uint32_t i = 0; i < environment.base.ordinals() && !environment.is_stopped(); ++i)
    if (environment.base.is_contact({i})) std::ignore = next.after({i}, false, probe);
}

}  // namespace wanamaker
