#pragma once
// Tests of the ids of contacts. Cost: equality and beginnings by search in the order of ids (columns/id_order.h); `contains` and
// `ends with` look at each id; ids with capitals, or not in ASCII, are folded one by one.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// Shape: a test of the contact's own id against constants. nullptr: a test that has no operator.
OperatorPtr id_operator(const TypedExpression& node, const Environment& environment);

}  // namespace wanamaker
