#pragma once
// A property of the first or last event of each contact, tested against constants.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// Shape: a comparison whose left side is a property of the first or last event, and whose right side literals.
OperatorPtr property_operator(const TypedExpression& node, const Environment& environment);

}  // namespace wanamaker
