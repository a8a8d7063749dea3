#pragma once
// How a step's filter falls into comparisons with the event before (`previous.x`) and what it says of the event alone.

#include "evaluate/pair_comparison.h"

#include <optional>
#include <vector>

namespace wanamaker {

struct SplitFilter {
  TypedSource alone;                  // the source with what its filter says of the event alone
  std::vector<PairComparison> pairs;  // all must hold
};
// Nothing where the filter is no conjunction of such parts, or the values of all events do not fit into whole numbers of one scale.
std::optional<SplitFilter> split_filter(const TypedSource& source, const TypedSource& previous, const Environment& environment);

}  // namespace wanamaker
