#pragma once
// Conditions on the number of a contact's events, and on its first and last event.

#include "evaluate/sweep/chunk_ranges.h"
#include "evaluate/sweep/shard.h"

namespace wanamaker {

// `did EVENTS …`. Counts of times are kept in one byte a contact where the test ends below 255, else in four.
OperatorPtr did_operator(const TypedExpression& node, const Environment& environment);
// Whether the number of a contact's events of a source of events lies in a range.
OperatorPtr count_range_operator(const TypedSource& source, const BitsRange& range, const Environment& environment);
// `first/last EVENTS was WINDOW`.
OperatorPtr moment_operator(const TypedExpression& node, const Environment& environment);
// Whether the first or last event of an operand lies in a range of instants. nullptr: its window rolls by months.
OperatorPtr outer_range_operator(const TypedOperand& operand, const BitsRange& range, const Environment& environment);

}  // namespace wanamaker
