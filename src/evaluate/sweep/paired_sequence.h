#pragma once
// Sequences whose steps look at the event before them: `did a then b (x > previous.x) within 2 days`. What a filter says of the event alone
// is tested by column; what it says of both is tested for pairs of one contact's events, a step at a time.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// nullptr where a filter says of both what no comparison of two properties says. Cost: the pairs of each contact that fit in time, some
// nanoseconds each.
OperatorPtr paired_sequence_operator(const TypedExpression& node, const Environment& environment, const Kernels& kernels);

}  // namespace wanamaker
