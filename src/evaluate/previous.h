#pragma once
// Whether a filter of a later step of a sequence speaks of the step before (`previous.x`): then it is asked for each pair of events.

#include "language/typed.h"

namespace wanamaker {

bool asks_previous(const TypedExpression& node);

}  // namespace wanamaker
