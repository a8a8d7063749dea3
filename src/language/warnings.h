#pragma once
// Definitions that can match nobody, or always hold: saved, but with a warning that says which part.

#include "language/typed.h"

#include <vector>

namespace wanamaker {

// Finds constants, counts of at least 0, contradicting equalities and ranges of one value, a condition beside its own complement,
// months, hours and weekdays that there are not, and all of these in filters. Never wrong, but not complete: deciding it in general is not possible.
std::vector<Warning> warnings_for(const TypedExpression& root);

}  // namespace wanamaker
