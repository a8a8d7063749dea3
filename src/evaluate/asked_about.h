#pragma once
// Whether a filter of `account contact` speaks of the contact asked about (`contact.x`): then what an account's contacts answer differs from one to
// the next, else it is the same for all of them.

#include "language/typed.h"

namespace wanamaker {

bool speaks_of_asked(const TypedExpression& node);
// Whether it is about colleagues, and the same for all of an account.
inline bool shares_colleagues(const TypedSource& source) { return source.kind == SourceClass::colleagues && !(source.where && speaks_of_asked(*source.where)); }

}  // namespace wanamaker
