#include "live/condition_identity.h"

namespace wanamaker {
namespace {

void append_named(const TypedExpression& node, std::string& identity);

void append_named_in(const TypedSource& source, std::string& identity) {
  if (source.where) append_named(*source.where, identity);
}

void append_named_in(const TypedOperand& operand, std::string& identity) {
  append_named_in(operand.source, identity);
  if (operand.among) append_named(*operand.among, identity);
  for (const TypedOperand& inner : operand.operands) append_named_in(inner, identity);
}

// What each named segment says, those that its rule names included.
void append_named(const TypedExpression& node, std::string& identity) {
  if (node.kind == ExpressionKind::segment) {
    const auto by_hand = by_hand_parts(node);
    identity += "\n" + node.key + (by_hand ? " by hand or " : " ") + (by_hand ? by_hand->rule : node.children[0]).text;
  }
  append_named_in(node.source, identity);
  if (node.among) append_named(*node.among, identity);
  for (const TypedStep& step : node.steps) append_named_in(step.source, identity);
  for (const TypedOperand& operand : node.operands) append_named_in(operand, identity);
  for (const TypedExpression& child : node.children) append_named(child, identity);
}

}  // namespace

std::string identity_of(const TypedExpression& condition) {
  std::string identity = condition.text;
  append_named(condition, identity);
  return identity;
}

}  // namespace wanamaker
