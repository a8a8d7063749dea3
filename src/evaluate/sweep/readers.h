#pragma once
// Operands that are whole numbers a contact: numbers, dates and instants of attributes, counts, sums, extremes and distinct values of
// events, the instants of first and last events, tiles, and arithmetic of these. A sum is exact: where 64 bits might not hold it, there is no reader.

#include "evaluate/rank.h"
#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// nullptr for an operand that is no whole number or is read better by the batch operators.
ReaderPtr reader_of(const TypedOperand& operand, const Environment& environment);
// The same for a metric to rank by, of which the order alone counts: averages too.
ReaderPtr metric_reader_of(const TypedOperand& operand, const Environment& environment);
// `days since` is read in milliseconds, a percentile as a hundred times how many are not above: how many of the reader's units make one of
// the operand's.
std::int64_t unit_of(const TypedOperand& operand, const Environment& environment);

// The tiles that pass a comparison, as BaseEvaluator asks for them.
std::optional<TileRange> asked_tiles(const TypedExpression& node, const Environment& environment);

// A comparison of such operands, of an average, a quotient or a property of the first or last event; nullptr where there is no reader.
OperatorPtr value_operator(const TypedExpression& node, const Environment& environment);

}  // namespace wanamaker
