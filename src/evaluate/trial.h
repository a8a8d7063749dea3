#pragma once
// What keeping a definition's members asks of its conditions, tried before it is saved: one that is asked of each pair of contacts of an account may
// take hours where an account has very many, and once it is in the log it has to be kept.

#include "evaluate/subject.h"

namespace wanamaker {

// The first condition that is asked of each pair of contacts of an account, or of a contact and each record of his account, or of each pair of
// events; null: none.
const TypedExpression* asked_of_pairs(const TypedExpression& node);
// Looks at each such condition for everybody once, as somebody does who asks when time alone changes it next. Nothing comes of it but the time that it
// takes: until the environment's sign is raised.
void try_to_foresee(const TypedExpression& node, const Environment& environment);

}  // namespace wanamaker
