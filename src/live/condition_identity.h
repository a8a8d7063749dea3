#pragma once
// By what a condition is known: equal conditions have equal identities, from one graph to the next and in pages. Its text says most of it; the segments
// that it names in a filter or in `among` may say something else tomorrow, and are part of it. (Segments outside of these are no part of a condition.)

#include "language/typed.h"

#include <string>

namespace wanamaker {

// Cost: the condition and the rules of the segments that it names.
std::string identity_of(const TypedExpression& condition);

}  // namespace wanamaker
