#include "evaluate/previous.h"

#include <algorithm>

namespace wanamaker {
namespace {

bool operand_asks(const TypedOperand& operand) {
  return operand.path.kind == PathKind::previous_property || operand.path.kind == PathKind::previous_time || std::ranges::any_of(operand.operands, operand_asks);
}

}  // namespace

bool asks_previous(const TypedExpression& node) {
  return std::ranges::any_of(node.operands, operand_asks) || std::ranges::any_of(node.children, asks_previous);
}

}  // namespace wanamaker
