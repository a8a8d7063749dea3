#include "evaluate/asked_about.h"

#include <algorithm>

namespace wanamaker {
namespace {

bool source_speaks(const TypedSource& source) { return source.where && speaks_of_asked(*source.where); }

bool operand_speaks(const TypedOperand& operand) {
  return operand.path.role == ContactRole::asked || operand.property.role == ContactRole::asked || source_speaks(operand.source) || std::ranges::any_of(operand.operands, operand_speaks);
}

}  // namespace

bool speaks_of_asked(const TypedExpression& node) {
  return node.path.role == ContactRole::asked || source_speaks(node.source) || std::ranges::any_of(node.operands, operand_speaks) ||
         std::ranges::any_of(node.steps, [](const TypedStep& step) { return source_speaks(step.source); }) || std::ranges::any_of(node.children, speaks_of_asked);
}

}  // namespace wanamaker
