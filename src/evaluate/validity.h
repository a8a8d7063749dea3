#pragma once
// One contact at one instant, with the longest interval around it in which the answer is the same if no new data come.

#include "evaluate/probe.h"

#include <cstdint>
#include <optional>

namespace wanamaker {

struct Validity {
  bool member = false;
  bool known = true;                       // false: the definition ranks, or is beyond what edges can tell
  bool is_cut = false;                     // then it is not known because that would take too long: kLooksMost
  std::optional<Timestamp> since = {};     // first instant of the interval; empty: never another answer in 100 years before
  std::optional<Timestamp> until = {};     // first instant after it; empty: never in 100 years
};

// Events that are looked at for one answer, at most (some seconds): the instants of a contact with very many may take the square of their number.
inline constexpr std::uint64_t kLooksMost = 30'000'000;

// Cost: one probe an edge, up to the nearest that changes the answer.
Validity validity(const TypedExpression& root, bool ranks, ContactOrdinal contact, const Environment& environment);
// `until` alone; nothing where it is not known either.
std::optional<Timestamp> next_change(const TypedExpression& root, ContactOrdinal contact, const Environment& environment);

}  // namespace wanamaker
