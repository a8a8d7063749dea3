#pragma once
// Collects the values of an aggregate, whatever they are read from; missing ones are passed over.
// Sum, count and distinct of nothing are 0, the others are missing. Sums are exact in any order.

#include "evaluate/subject.h"

#include <set>
#include <string>
#include <unordered_map>

namespace wanamaker {

class Collector {
 public:
  Collector(AggregateFunction function, const CellStore& cells) : function_(function), cells_(&cells) {}
  void take(const Scalar& value);
  Scalar result() const;

 private:
  AggregateFunction function_;
  const CellStore* cells_;
  DecimalSum sum_;
  Scalar best_;
  std::set<std::string> distinct_;
};

// The same of many values but for one of them, whichever that is: what the others of a group have, without going through the group for each.
// Cost: that of one value, for each that is left out.
class LeaveOneOut {
 public:
  LeaveOneOut(AggregateFunction function, const CellStore& cells) : function_(function), cells_(&cells) {}
  void take(const Scalar& value);
  // Shape: one that was taken.
  Scalar without(const Scalar& value) const;

 private:
  bool comes_first(const Scalar& a, const Scalar& b) const;  // of two that are known, for minimum and maximum

  AggregateFunction function_;
  const CellStore* cells_;
  DecimalSum sum_;
  Scalar best_;
  Scalar second_;  // with best_ taken once
  std::unordered_map<std::string, std::uint64_t> distinct_;  // how many have a value
};

// Orders numbers, dates and timestamps; both of one kind.
bool scalar_less(const Scalar& a, const Scalar& b);
// Part of a time: age, weekday, month, hour. Missing for an age before birth.
Scalar time_part(const Scalar& value, TimePart part, const Environment& environment);

}  // namespace wanamaker
