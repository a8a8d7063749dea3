#pragma once
// The filter of a source for events of one name, made ready: comparisons of numbers with constants read the bits of one cell; all else is
// asked of the probe. Immutable; keeps references to the condition, which must outlive it.

#include "evaluate/sweep/ordered_ranges.h"

#include <optional>
#include <vector>

namespace wanamaker {

struct NumberTest {
  AttributeId property;
  bool negated = false;                         // then a missing value passes, too
  std::vector<std::vector<BitsRange>> passing;  // by scale
  std::optional<BitsRange> of_whole = {};       // passing[0], where that is one range
  bool holds(const Cell& cell) const { return (cell.known && is_passing(cell)) != negated; }

 private:
  bool is_passing(const Cell& cell) const {
    if (cell.scale == 0 && of_whole) return of_whole->least <= cell.bits && cell.bits <= of_whole->most;
    return is_in(passing[cell.scale], cell.bits);
  }
};

// An event passes where all of both hold.
struct EventTests {
  std::vector<NumberTest> numbers = {};
  std::vector<const TypedExpression*> others = {};
};

// Shape: `where` may be null: everything passes.
EventTests event_tests(const TypedExpression* where, EventTypeId type);

}  // namespace wanamaker
