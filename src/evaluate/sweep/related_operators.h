#pragma once
// `any/no/at least N TYPE (FILTER)`: the records of contacts and of their accounts.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// nullptr for colleagues. Cost when made: the filter over all records of the type once.
OperatorPtr related_operator(const TypedExpression& node, const Environment& environment, const Kernels& kernels);

}  // namespace wanamaker
