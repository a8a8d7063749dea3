#pragma once
// `last X was between 30 and 60 days ago` as what it is made of: did X in last 60 days, and not did X in last 30 days. Key idea: each of
// these is switched on by an event and off by time alone, and is shared with all rules that ask the same; an event of a contact who has had
// one lately then changes nothing, where the whole would have to be looked at again.

#include "language/typed.h"

#include <vector>

namespace wanamaker {

struct Recency {
  TypedExpression did;  // at least once in a window that ends now
  bool holds;           // what it must say
};

// All of them together say what the condition does. Empty: it is not of this kind (of the first event, of months, of the calendar).
// Shape: the condition's kind is `moment`.
std::vector<Recency> recencies_of(const TypedExpression& condition);

}  // namespace wanamaker
