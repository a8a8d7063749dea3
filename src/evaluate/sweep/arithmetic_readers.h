#pragma once
// Arithmetic of readers as whole numbers of one scale, and comparisons of one reader with another. Exact: where 64 bits, or 128 of a
// product, might not hold a value, there is no reader and the batch operators decide.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// Of a number literal, arithmetic without division, or a negation; nullptr for what else there is.
ReaderPtr arithmetic_reader(const TypedOperand& operand, const Environment& environment);
// left < right and its like, where the right side is no literal; nullptr where a side has no reader.
OperatorPtr comparison_operator(const TypedExpression& node, const Environment& environment);
// A division of two readers against number literals, compared as products; nullptr for what else there is.
OperatorPtr quotient_operator(const TypedExpression& node, const Environment& environment);

}  // namespace wanamaker
