#pragma once
// Rankings over the whole base: they are decided before the definition that ranks is decided, inner ones first.
//   top / bottom   metric descending / ascending, ties by ascending id (bytes); P percent takes ceil(P·n/100)
//   tiles          SQL's NTILE over (metric, id) ascending; percentile = 100 × share of the population whose metric is not above

#include "evaluate/population.h"
#include "evaluate/subject.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace wanamaker {

// Tiles from one to another, both in; of a percentile, how many have a metric that is not above. Nothing lies in it where `least` is above `most`.
struct TileRange {
  std::uint32_t least;
  std::uint32_t most;
};

// How an evaluator decides everyone: by probes, or by a sweep.
struct BaseEvaluator {
  // One bit an ordinal; 0 for ordinals that are no contacts.
  std::function<std::vector<std::uint64_t>(const TypedExpression&, const RankingResults&)> decide_all;
  // The metric as whole numbers, of those whose bit is set (null: of all contacts), until the next call; nullptr where it is none.
  // May be empty: then read_all is asked.
  using Inside = const std::vector<std::uint64_t>*;
  std::function<Population*(const TypedOperand&, Inside, const RankingResults&)> read_values = nullptr;
  // One scalar an ordinal of a metric operand.
  std::function<std::vector<Scalar>(const TypedOperand&, const RankingResults&)> read_all;
  // The tiles that pass a comparison whose first operand is a tile, where they are one range; its population is known by then. Then who lies
  // in it is all that the result tells. For evaluators that decide such comparisons by that alone, unless these stand in a filter. May be empty.
  std::function<std::optional<TileRange>(const TypedExpression&, const RankingResults&)> asked_tiles = nullptr;
  // Runs pieces of work, where there are threads several at a time. May be empty: then one after another.
  Pieces run = nullptr;
  // Whose place in each ranking is wanted too, for explanations: of rankings that stand in the definition itself no other members are told then.
  std::optional<ContactOrdinal> position_of = std::nullopt;
};

// Cost: one decision and one reading a contact and a selection in the population, for every ranking.
RankingResults rank(const Definition& definition, const Environment& environment, const BaseEvaluator& evaluator);

}  // namespace wanamaker
