#include "evaluate/rank.h"

#include "evaluate/aggregate.h"

#include <algorithm>

namespace wanamaker {
namespace {

struct Ranked {
  ContactOrdinal contact;
  Scalar metric;
};

class Ranker {
 public:
  Ranker(const Environment& environment, const BaseEvaluator& evaluator, std::uint32_t rankings) : environment_(environment), evaluator_(evaluator), results_(rankings) {}

  // Inner rankings have been given lower ids by the checker only within their own operand, so children go first.
  void visit(const TypedExpression& node) {
    for (const TypedExpression& child : node.children) visit(child);
    for (const TypedOperand& operand : node.operands) visit(operand);
    if (node.among) visit(*node.among);
    if (node.kind == ExpressionKind::ranking) rank_members(node);
  }

  RankingResults take() { return std::move(results_); }

 private:
  void visit(const TypedOperand& operand) {
    for (const TypedOperand& inner : operand.operands) visit(inner);
    if (operand.among) visit(*operand.among);
    if (operand.kind == OperandKind::tile) rank_tiles(operand);
  }

  // The population with its metric, ascending by (metric, id).
  std::vector<Ranked> population(const TypedOperand& metric, const TypedExpression* among) const {
    const Base& base = environment_.base;
    const std::vector<bool> inside = among != nullptr ? evaluator_.decide_all(*among, results_) : std::vector<bool>(base.ordinals(), true);
    std::vector<Scalar> metrics = evaluator_.read_all(metric, results_);
    std::vector<Ranked> ranked;
    for (std::uint32_t i = 0; i < base.ordinals(); ++i) {
      if (base.is_contact({i}) && inside[i] && !is_missing(metrics[i])) ranked.push_back({{i}, std::move(metrics[i])});
    }
    std::ranges::sort(ranked, [&](const Ranked& a, const Ranked& b) {
      if (scalar_less(a.metric, b.metric)) return true;
      if (scalar_less(b.metric, a.metric)) return false;
      return base.contact_id(a.contact) < base.contact_id(b.contact);
    });
    return ranked;
  }

  void rank_members(const TypedExpression& node) {
    std::vector<Ranked> ranked = population(node.operands[0], node.among.get());
    if (node.end == RankEnd::top) {
      // Descending by metric, but ties still go by ascending id.
      std::ranges::stable_sort(ranked, [](const Ranked& a, const Ranked& b) { return scalar_less(b.metric, a.metric); });
    }
    RankingResult& result = results_[node.ranking_id];
    result.members.assign(environment_.base.ordinals(), false);
    result.positions.assign(environment_.base.ordinals(), 0);
    result.population = static_cast<std::uint32_t>(ranked.size());
    std::size_t taken = std::min<std::size_t>(ranked.size(), static_cast<std::size_t>(node.number));
    if (node.by_percent) {
      const Rational exact = Number(node.percent).rational() * Rational(ranked.size()) / 100;
      const Integer whole = boost::multiprecision::numerator(exact) / boost::multiprecision::denominator(exact);
      taken = whole.convert_to<std::size_t>() + (Rational(whole) == exact ? 0 : 1);
    }
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      result.positions[ranked[i].contact.value] = static_cast<std::uint32_t>(i + 1);
      if (i < taken) result.members[ranked[i].contact.value] = true;
    }
    if (taken > 0 && taken < ranked.size()) result.cut_among_equals = !scalar_less(ranked[taken - 1].metric, ranked[taken].metric) && !scalar_less(ranked[taken].metric, ranked[taken - 1].metric);
  }

  void rank_tiles(const TypedOperand& operand) {
    const std::vector<Ranked> ranked = population(operand.operands[0], operand.among.get());
    RankingResult& result = results_[operand.ranking_id];
    result.tiles.assign(environment_.base.ordinals(), std::nullopt);
    result.population = static_cast<std::uint32_t>(ranked.size());
    const std::size_t n = ranked.size();
    if (operand.tile == TileKind::percentile) {
      for (std::size_t i = 0, end = 0; i < n; ++i) {
        while (end < n && !scalar_less(ranked[i].metric, ranked[end].metric)) ++end;
        result.tiles[ranked[i].contact.value] = Number(Rational(Integer(100 * end), Integer(n)));
      }
      return;
    }
    const std::size_t tiles = operand.tile == TileKind::quartile ? 4 : operand.tile == TileKind::quintile ? 5 : 10;
    const std::size_t size = n / tiles;
    const std::size_t larger = n % tiles;  // the first ones have one more
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t tile = i < larger * (size + 1) ? i / (size + 1) : larger + (i - larger * (size + 1)) / size;
      result.tiles[ranked[i].contact.value] = Number::whole(static_cast<std::int64_t>(tile + 1));
    }
  }

  const Environment& environment_;
  const BaseEvaluator& evaluator_;
  RankingResults results_;
};

}  // namespace

RankingResults rank(const Definition& definition, const Environment& environment, const BaseEvaluator& evaluator) {
  if (!definition.ranks()) return {};
  Ranker ranker(environment, evaluator, definition.rankings);
  ranker.visit(definition.root);
  return ranker.take();
}

}  // namespace wanamaker
