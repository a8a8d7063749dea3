#pragma once
// One contact at one instant, with the longest interval around it in which the answer is the same if no new data come.

#include "evaluate/probe.h"

#include <optional>

namespace wanamaker {

struct Validity {
  bool member = false;
  bool known = true;                       // false: the definition ranks, or is beyond what edges can tell
  std::optional<Timestamp> since = {};     // first instant of the interval; empty: never another answer in 100 years before
  std::optional<Timestamp> until = {};     // first instant after it; empty: never in 100 years
};

// Cost: one probe an edge, up to the nearest that changes the answer.
Validity validity(const TypedExpression& root, bool ranks, ContactOrdinal contact, const Environment& environment);

}  // namespace wanamaker
