#include "evaluate/rank.h"

#include "evaluate/aggregate.h"

#include <algorithm>
#include <bit>

namespace wanamaker {
namespace {

bool metric_less(std::int64_t a, std::int64_t b) { return a < b; }
bool metric_less(const Scalar& a, const Scalar& b) { return scalar_less(a, b); }

template <typename Metric>
struct Ranked {
  ContactOrdinal contact;
  Metric metric;
};

bool has_bit(const std::vector<std::uint64_t>& bits, std::uint32_t place) { return ((bits[place / 64] >> (place % 64)) & 1) != 0; }

std::size_t size_of(const TypedExpression& node, std::size_t population) {
  if (!node.by_percent) return std::min(population, static_cast<std::size_t>(node.number));
  const Rational exact = Number(node.percent).rational() * Rational(population) / 100;
  const Integer whole = boost::multiprecision::numerator(exact) / boost::multiprecision::denominator(exact);
  return whole.convert_to<std::size_t>() + (Rational(whole) == exact ? 0 : 1);
}

class Ranker {
 public:
  Ranker(const Environment& environment, const BaseEvaluator& evaluator, std::uint32_t rankings) : environment_(environment), evaluator_(evaluator), results_(rankings) {}

  // Inner rankings have been given lower ids by the checker only within their own operand, so children go first.
  void visit(const TypedExpression& node) {
    for (const TypedExpression& child : node.children) visit(child);
    for (const TypedOperand& operand : node.operands) visit(operand);
    if (node.among) visit(*node.among);
    if (node.kind != ExpressionKind::ranking) return;
    with_population(node.operands[0], node.among.get(), [&](auto population) { rank_members(node, std::move(population)); });
  }

  RankingResults take() { return std::move(results_); }

 private:
  void visit(const TypedOperand& operand) {
    for (const TypedOperand& inner : operand.operands) visit(inner);
    if (operand.among) visit(*operand.among);
    if (operand.kind != OperandKind::tile) return;
    with_population(operand.operands[0], operand.among.get(), [&](auto population) { rank_tiles(operand, std::move(population)); });
  }

  // Calls rank(population with its metric, in order of ordinal).
  template <typename Rank>
  void with_population(const TypedOperand& metric, const TypedExpression* among, Rank rank) const {
    const Base& base = environment_.base;
    std::vector<std::uint64_t> inside;
    if (among != nullptr) inside = evaluator_.decide_all(*among, results_);
    const auto is_inside = [&](std::uint32_t i) { return among == nullptr || has_bit(inside, i); };
    if (const BaseValues* values = evaluator_.read_values ? evaluator_.read_values(metric, results_) : nullptr) {
      std::vector<Ranked<std::int64_t>> population;
      for (std::uint32_t word = 0; word < values->known.size(); ++word) {
        for (std::uint64_t bits = values->known[word] & (among == nullptr ? ~std::uint64_t{0} : inside[word]); bits != 0; bits &= bits - 1) {
          const std::uint32_t i = word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
          population.push_back({{i}, values->values[i]});
        }
      }
      return rank(std::move(population));
    }
    std::vector<Scalar> metrics = evaluator_.read_all(metric, results_);
    std::vector<Ranked<Scalar>> population;
    for (std::uint32_t i = 0; i < base.ordinals(); ++i) {
      if (base.is_contact({i}) && is_inside(i) && !is_missing(metrics[i])) population.push_back({{i}, std::move(metrics[i])});
    }
    rank(std::move(population));
  }

  bool id_less(ContactOrdinal a, ContactOrdinal b) const { return environment_.base.contact_id(a) < environment_.base.contact_id(b); }

  template <typename Metric>
  void rank_members(const TypedExpression& node, std::vector<Ranked<Metric>> population) {
    const auto before = [&](const Ranked<Metric>& a, const Ranked<Metric>& b) {
      const bool top = node.end == RankEnd::top;
      if (metric_less(a.metric, b.metric)) return !top;
      if (metric_less(b.metric, a.metric)) return top;
      return id_less(a.contact, b.contact);
    };
    const std::size_t taken = size_of(node, population.size());
    const auto cut = population.begin() + static_cast<std::ptrdiff_t>(taken);
    if (evaluator_.wants_positions) std::ranges::sort(population, before);
    else if (taken < population.size()) select(population, taken, node.end == RankEnd::top, before);
    RankingResult& result = results_[node.ranking_id];
    result.members.assign(environment_.base.ordinals(), false);
    result.population = static_cast<std::uint32_t>(population.size());
    for (auto i = population.begin(); i != cut; ++i) result.members[i->contact.value] = true;
    if (taken > 0 && taken < population.size()) {
      const auto last = std::max_element(population.begin(), cut, before);
      result.cut_among_equals = !metric_less(last->metric, cut->metric) && !metric_less(cut->metric, last->metric);
    }
    if (!evaluator_.wants_positions) return;
    result.positions.assign(environment_.base.ordinals(), 0);
    for (std::size_t i = 0; i < population.size(); ++i) result.positions[population[i].contact.value] = static_cast<std::uint32_t>(i + 1);
  }

  // Brings the first `taken` to the front, and the one after them to its place. Ids are compared among the equals at the cut only.
  template <typename Metric, typename Before>
  static void select(std::vector<Ranked<Metric>>& population, std::size_t taken, bool top, const Before& before) {
    const auto by_metric = [&](const Ranked<Metric>& a, const Ranked<Metric>& b) { return top ? metric_less(b.metric, a.metric) : metric_less(a.metric, b.metric); };
    const auto cut = population.begin() + static_cast<std::ptrdiff_t>(taken);
    std::ranges::nth_element(population, cut, by_metric);
    const Metric metric = cut->metric;
    const auto is_equal = [&](const Ranked<Metric>& ranked) { return !metric_less(ranked.metric, metric) && !metric_less(metric, ranked.metric); };
    const auto equals = std::partition(population.begin(), cut, [&](const Ranked<Metric>& ranked) { return !is_equal(ranked); });
    const auto after = std::partition(cut, population.end(), is_equal);
    std::nth_element(equals, cut, after, before);
  }

  template <typename Metric>
  void rank_tiles(const TypedOperand& operand, std::vector<Ranked<Metric>> population) {
    RankingResult& result = results_[operand.ranking_id];
    result.tiles.assign(environment_.base.ordinals(), std::nullopt);
    result.population = static_cast<std::uint32_t>(population.size());
    const std::size_t n = population.size();
    if (operand.tile == TileKind::percentile) {
      std::ranges::sort(population, [](const Ranked<Metric>& a, const Ranked<Metric>& b) { return metric_less(a.metric, b.metric); });
      for (std::size_t i = 0, end = 0; i < n; ++i) {
        if (end <= i) {
          while (end < n && !metric_less(population[i].metric, population[end].metric)) ++end;
        }
        result.tiles[population[i].contact.value] = Number(Rational(Integer(100 * end), Integer(n)));
      }
      return;
    }
    const std::size_t tiles = operand.tile == TileKind::quartile ? 4 : operand.tile == TileKind::quintile ? 5 : 10;
    const std::size_t size = n / tiles;
    const std::size_t larger = n % tiles;  // the first ones have one more
    const auto before = [&](const Ranked<Metric>& a, const Ranked<Metric>& b) {
      if (metric_less(a.metric, b.metric)) return true;
      if (metric_less(b.metric, a.metric)) return false;
      return id_less(a.contact, b.contact);
    };
    auto begin = population.begin();
    for (std::size_t tile = 0; tile < tiles && begin != population.end(); ++tile) {
      const auto end = begin + static_cast<std::ptrdiff_t>(size + (tile < larger ? 1 : 0));
      if (end != population.end()) std::nth_element(begin, end, population.end(), before);
      for (; begin != end; ++begin) result.tiles[begin->contact.value] = Number::whole(static_cast<std::int64_t>(tile + 1));
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
