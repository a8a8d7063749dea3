#include "evaluate/literal.h"

namespace wanamaker {

Scalar literal_scalar(const TypedOperand& operand) {
  struct ToScalar {
    const TypedOperand& operand;
    Scalar operator()(std::monostate) const { return {}; }
    Scalar operator()(const std::string&) const { return TextRef{operand.text_literal.text, operand.text_literal.key, operand.text_literal.bare}; }
    Scalar operator()(const Decimal& number) const { return Number(number); }
    Scalar operator()(bool truth) const { return truth; }
    Scalar operator()(const Date& date) const { return date; }
    Scalar operator()(const Timestamp& at) const { return at; }
    Scalar operator()(const TextSet&) const { return {}; }
    Scalar operator()(const Location& location) const { return location; }
  };
  return std::visit(ToScalar{operand}, operand.literal);
}

}  // namespace wanamaker
