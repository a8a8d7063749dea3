#pragma once
// Counts of days, weeks or months with events, and regular counts (at least N times a week in at least K of the last M weeks).

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

OperatorPtr units_operator(const TypedExpression& node, const Environment& environment);

}  // namespace wanamaker
