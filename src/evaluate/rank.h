#pragma once
// Rankings and tiles over the whole base: worked out before a definition that ranks is decided, inner ones first.
//   top / bottom   metric descending / ascending, ties by ascending id (bytes); P percent takes ceil(P·n/100)
//   tiles          SQL's NTILE over (metric, id) ascending; percentile = 100 × share of the population whose metric is not above

#include "evaluate/subject.h"

#include <functional>

namespace wanamaker {

// How an evaluator decides everyone: by probes, or by a sweep.
struct BaseEvaluator {
  // One flag an ordinal; false for ordinals that are no contacts.
  std::function<std::vector<bool>(const TypedExpression&, const RankingResults&)> decide_all;
  // One scalar an ordinal of a metric operand.
  std::function<std::vector<Scalar>(const TypedOperand&, const RankingResults&)> read_all;
};

// Cost: one decision and one reading a contact and a sort of the population, for every ranking.
RankingResults rank(const Definition& definition, const Environment& environment, const BaseEvaluator& evaluator);

}  // namespace wanamaker
