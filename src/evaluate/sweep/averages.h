#pragma once
// Averages of a property of events: compared with constants, and as numbers to rank by.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// An average against constants. nullptr where sums might not fit, or it is not of a property of events.
OperatorPtr average_operator(const TypedExpression& node, const Environment& environment);
// Whole numbers that order as averages do. nullptr likewise.
ReaderPtr average_reader(const TypedOperand& operand, const Environment& environment);

}  // namespace wanamaker
