#pragma once
// A comparison by order with constants, as ranges of the bits that pass. Values of ordered types are compared by their bits alone then,
// a chunk at a time by the sweep and one by one where an event arrives.

#include "base/int128.h"
#include "evaluate/sweep/chunk_ranges.h"
#include "language/typed.h"

#include <functional>
#include <vector>

namespace wanamaker {

// Whether the test compares by order: equals, in, less, at most, greater, at least, between.
bool is_ordered(CoreTest test);

// A literal between whole units: floor and ceiling are equal where it is one.
struct OrderedBound {
  int128 floor;
  int128 ceiling;
};
void add_range(std::vector<BitsRange>& ranges, int128 least, int128 most);
// What passes an ordered test; read(i) is the bound that the i-th operand makes.
std::vector<BitsRange> ordered_ranges(const TypedExpression& node, const std::function<OrderedBound(std::size_t)>& read);

// Mantissas that pass an ordered test with number literals, by scale, 0 to 18. `unit`: how many of the values' units make one of the
// literals'; with a unit of its own a value is whole, and only scale 0 has ranges.
std::vector<std::vector<BitsRange>> number_ranges(const TypedExpression& node, std::int64_t unit = 1);

inline bool is_in(const std::vector<BitsRange>& ranges, std::int64_t bits) {
  for (const BitsRange& range : ranges) if (range.least <= bits && bits <= range.most) return true;
  return false;
}

}  // namespace wanamaker
