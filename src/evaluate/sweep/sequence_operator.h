#pragma once
// `did A then B within D …` over the events of a shard in order of time.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// nullptr where a filter asks for the step before: that is not decided one event at a time.
OperatorPtr sequence_operator(const TypedExpression& node, const Environment& environment, const Kernels& kernels);

}  // namespace wanamaker
