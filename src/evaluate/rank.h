#pragma once
// Rankings over the whole base: they are decided before the definition that ranks is decided, inner ones first.
//   top / bottom   metric descending / ascending, ties by ascending id (bytes); P percent takes ceil(P·n/100)
//   tiles          SQL's NTILE over (metric, id) ascending; percentile = 100 × share of the population whose metric is not above

#include "evaluate/subject.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace wanamaker {

// A metric of whole numbers that order as it does. Shape: one an ordinal, and one bit whether it is known of a living contact.
struct BaseValues {
  std::vector<std::int64_t> values;
  std::vector<std::uint64_t> known;
};

// How an evaluator decides everyone: by probes, or by a sweep.
struct BaseEvaluator {
  // One bit an ordinal; 0 for ordinals that are no contacts.
  std::function<std::vector<std::uint64_t>(const TypedExpression&, const RankingResults&)> decide_all;
  // The metric as whole numbers, until the next call; nullptr where it is none. May be empty: then read_all is asked.
  std::function<const BaseValues*(const TypedOperand&, const RankingResults&)> read_values = nullptr;
  // One scalar an ordinal of a metric operand.
  std::function<std::vector<Scalar>(const TypedOperand&, const RankingResults&)> read_all;
  bool wants_positions = false;  // of each contact in its ranking, for explanations; costs a whole sort
};

// Cost: one decision and one reading a contact and a selection in the population, for every ranking.
RankingResults rank(const Definition& definition, const Environment& environment, const BaseEvaluator& evaluator);

}  // namespace wanamaker
