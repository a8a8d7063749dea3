#include "evaluate/sweep/split_filter.h"

#include "evaluate/previous.h"
#include "evaluate/sweep/scaling.h"

#include <utility>

namespace wanamaker {
namespace {

using Side = PairComparison::Side;

// The scale that holds the values of both sides in all events.
std::optional<std::uint8_t> scale_of(const PairComparison& comparison, const TypedSource& own, const TypedSource& previous, const Base& base) {
  ScalingBuilder builder;
  const auto for_each = [&](auto visit) {
    for_each_chunk(own, comparison.path(Side::own), base, visit);
    for_each_chunk(previous, comparison.path(Side::previous), base, visit);
  };
  for_each([&](const Chunk& chunk) { builder.see_scale(chunk); });
  for_each([&](const Chunk& chunk) { builder.see_size(chunk); });
  if (!builder.take().one_fits) return std::nullopt;
  return builder.take().scale;
}

}  // namespace

std::optional<SplitFilter> split_filter(const TypedSource& source, const TypedSource& previous, const Environment& environment) {
  SplitFilter split{.alone = source, .pairs = {}};
  if (!source.where || !asks_previous(*source.where)) return split;
  const auto parts = conjuncts(*source.where);
  if (!parts) return std::nullopt;
  TypedExpression alone{.kind = ExpressionKind::all_of};
  for (const TypedExpression* part : *parts) {
    if (!asks_previous(*part)) {
      alone.children.push_back(*part);
      continue;
    }
    auto comparison = PairComparison::of(*part, environment.base);
    if (!comparison) return std::nullopt;
    if (comparison->of_numbers()) {
      const auto scale = scale_of(*comparison, source, previous, environment.base);
      if (!scale) return std::nullopt;
      comparison->set_scale(*scale);
    }
    split.pairs.push_back(std::move(*comparison));
  }
  split.alone.where = alone.children.empty() ? nullptr : std::make_shared<const TypedExpression>(std::move(alone));
  return split;
}

}  // namespace wanamaker
