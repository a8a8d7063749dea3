#pragma once
// A literal of a definition as the value that comparisons read.

#include "evaluate/subject.h"

namespace wanamaker {

// Shape: an operand of kind literal. The views are into the operand, which must outlive them. A set has no literal and is missing.
Scalar literal_scalar(const TypedOperand& operand);

}  // namespace wanamaker
