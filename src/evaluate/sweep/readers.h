#pragma once
// Operands that are whole numbers a contact: numbers, dates and instants of attributes, counts, sums, extremes and distinct values of
// events, the instants of first and last events, and tiles. A sum is exact: where 64 bits might not hold it, there is no reader.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// nullptr for an operand that is no whole number or is read better by the batch operators.
ReaderPtr reader_of(const TypedOperand& operand, const Environment& environment);
// `days since` is read in milliseconds, a percentile as a hundred times how many are not above: how many of the reader's units make one of
// the operand's.
std::int64_t unit_of(const TypedOperand& operand, const Environment& environment);

// A comparison of such an operand, or of an average, with constants; nullptr where there is no reader.
OperatorPtr value_operator(const TypedExpression& node, const Environment& environment);

}  // namespace wanamaker
