#pragma once
// Collects the values of an aggregate, whatever they are read from; missing ones are passed over.
// Sum, count and distinct of nothing are 0, the others are missing. Sums are exact in any order.

#include "evaluate/subject.h"

#include <set>
#include <string>

namespace wanamaker {

class Collector {
 public:
  Collector(AggregateFunction function, const CellStore& cells) : function_(function), cells_(&cells) {}
  void take(const Scalar& value);
  Scalar result() const;

 private:
  void take_distinct(const Scalar& value);

  AggregateFunction function_;
  const CellStore* cells_;
  DecimalSum sum_;
  Scalar best_;
  std::set<std::string> distinct_;
};

// Orders numbers, dates and timestamps; both of one kind.
bool scalar_less(const Scalar& a, const Scalar& b);
// Part of a time: age, weekday, month, hour. Missing for an age before birth.
Scalar time_part(const Scalar& value, TimePart part, const Environment& environment);

}  // namespace wanamaker
