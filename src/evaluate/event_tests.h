#pragma once
// The filter of a source for events of one name, made ready: comparisons of numbers with constants read the bits of one cell; all else is
// asked of the probe. Immutable; keeps references to the condition, which must outlive it.

#include "evaluate/sweep/ordered_ranges.h"

#include <vector>

namespace wanamaker {

struct NumberTest {
  AttributeId property;
  bool negated = false;                         // then a missing value passes, too
  std::vector<std::vector<BitsRange>> passing;  // by scale
  bool holds(const Cell& cell) const { return (cell.known && is_in(passing[cell.scale], cell.bits)) != negated; }
};

// An event passes where all of both hold.
struct EventTests {
  std::vector<NumberTest> numbers = {};
  std::vector<const TypedExpression*> others = {};
};

// Shape: `where` may be null: everything passes.
EventTests event_tests(const TypedExpression* where, EventTypeId type);

}  // namespace wanamaker
