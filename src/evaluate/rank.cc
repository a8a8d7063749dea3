#include "evaluate/rank.h"

#include "evaluate/aggregate.h"

#include <algorithm>
#include <array>
#include <bit>

namespace wanamaker {
namespace {

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
    if (node.kind == ExpressionKind::ranking) rank_members(node, population(node.operands[0], node.among.get()));
  }

  RankingResults take() { return std::move(results_); }

 private:
  void visit(const TypedOperand& operand) {
    for (const TypedOperand& inner : operand.operands) visit(inner);
    if (operand.among) visit(*operand.among);
    if (operand.kind == OperandKind::tile) rank_tiles(operand, population(operand.operands[0], operand.among.get()));
  }

  const Population& population(const TypedOperand& metric, const TypedExpression* among) {
    std::vector<std::uint64_t> inside;
    if (among != nullptr) inside = evaluator_.decide_all(*among, results_);
    const BaseEvaluator::Inside only = among == nullptr ? nullptr : &inside;
    if (const Population* whole = evaluator_.read_values ? evaluator_.read_values(metric, only, results_) : nullptr) return *whole;
    return scalar_population(evaluator_.read_all(metric, results_), only);
  }

  // A metric that is no whole number is ranked by its place among those that differ.
  const Population& scalar_population(const std::vector<Scalar>& metrics, BaseEvaluator::Inside only) {
    const Base& base = environment_.base;
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < base.ordinals(); ++i) {
      if (base.is_contact({i}) && (only == nullptr || has_bit(*only, i)) && !is_missing(metrics[i])) order.push_back(i);
    }
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return scalar_less(metrics[a], metrics[b]); });
    std::vector<std::int64_t> places((base.ordinals() / kShardContacts + std::size_t{1}) * kShardContacts);
    std::vector<std::uint64_t> bits(places.size() / 64);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const bool differs = i > 0 && scalar_less(metrics[order[i - 1]], metrics[order[i]]);
      places[order[i]] = i == 0 ? 0 : places[order[i - 1]] + (differs ? 1 : 0);
      bits[order[i] / 64] |= std::uint64_t{1} << (order[i] % 64);
    }
    scalars_.clear(base.ordinals());
    for (std::uint32_t first = 0; first < base.ordinals(); first += kShardContacts) {
      scalars_.put_shard(first / kShardContacts, std::span(bits).subspan(first / 64, kShardContacts / 64), places.data() + first);
    }
    return scalars_;
  }

  bool id_less(ContactOrdinal a, ContactOrdinal b) const { return environment_.base.contact_id(a) < environment_.base.contact_id(b); }

  void rank_members(const TypedExpression& node, const Population& population) {
    const bool top = node.end == RankEnd::top;
    const std::size_t size = population.size();
    const std::size_t taken = size_of(node, size);
    RankingResult& result = results_[node.ranking_id];
    result.population = static_cast<std::uint32_t>(size);
    result.members.assign((environment_.base.ordinals() + std::size_t{63}) / 64, 0);
    if (evaluator_.position_of) result.position = position(population, top, *evaluator_.position_of);
    if (taken >= size) std::copy_n(population.bits().begin(), result.members.size(), result.members.begin());
    if (taken == 0 || taken >= size) return;
    const std::int64_t cut = population.value_at(top ? size - taken : taken - 1);  // of the last one in
    std::vector<ContactOrdinal> equals;
    std::size_t before = 0;
    const auto add = [&](ContactOrdinal contact) { result.members[contact.value / 64] |= std::uint64_t{1} << (contact.value % 64); };
    population.for_each([&](ContactOrdinal contact, std::int64_t value) {
      if (value == cut) equals.push_back(contact);
      if (top ? value <= cut : value >= cut) return;
      add(contact);
      ++before;
    });
    result.cut_among_equals = taken - before < equals.size();
    const std::size_t wanted = taken - before;
    if (result.cut_among_equals) part_by_ids(equals, std::span(&wanted, 1), environment_.base);
    for (std::size_t i = 0; i < wanted; ++i) add(equals[i]);
  }

  // 1 first; 0: not in the population.
  std::uint32_t position(const Population& population, bool top, ContactOrdinal of) const {
    std::optional<std::int64_t> mine;
    population.for_each([&](ContactOrdinal contact, std::int64_t value) { if (contact == of) mine = value; });
    if (!mine) return 0;
    std::uint32_t place = 1;
    population.for_each([&](ContactOrdinal contact, std::int64_t value) {
      if (value == *mine ? contact != of && id_less(contact, of) : (value > *mine) == top) ++place;
    });
    return place;
  }

  void rank_tiles(const TypedOperand& operand, const Population& population) {
    RankingResult& result = results_[operand.ranking_id];
    std::vector<Placed> order = population.ascending();
    result.tiles.assign(environment_.base.ordinals(), 0);
    result.population = static_cast<std::uint32_t>(order.size());
    result.by_percentile = operand.tile == TileKind::percentile;
    if (result.by_percentile) {
      for (std::size_t i = 0, end = 0; i < order.size(); ++i) {
        for (; end < order.size() && order[end].value == order[i].value; ++end) {}
        result.tiles[order[i].contact.value] = static_cast<std::uint32_t>(end);
      }
      return;
    }
    const std::size_t tiles = operand.tile == TileKind::quartile ? 4 : operand.tile == TileKind::quintile ? 5 : 10;
    std::vector<std::size_t> ends(tiles, order.size() / tiles);
    for (std::size_t tile = 0; tile < order.size() % tiles; ++tile) ++ends[tile];  // the first ones have one more
    for (std::size_t tile = 1; tile < tiles; ++tile) ends[tile] += ends[tile - 1];
    part_equals(order, ends);
    for (std::size_t tile = 0, i = 0; tile < tiles; ++tile) {
      for (; i < ends[tile]; ++i) result.tiles[order[i].contact.value] = static_cast<std::uint32_t>(tile + 1);
    }
  }

  // Where equal values lie on both sides of an end, those before it are to have the lesser ids.
  void part_equals(std::vector<Placed>& order, const std::vector<std::size_t>& ends) const {
    for (std::size_t next = 0; next < ends.size();) {
      if (ends[next] == 0 || ends[next] >= order.size() || order[ends[next] - 1].value != order[ends[next]].value) {
        ++next;
        continue;
      }
      const auto equals = std::ranges::equal_range(order, order[ends[next]].value, {}, &Placed::value);
      const auto first = static_cast<std::size_t>(equals.begin() - order.begin());
      std::vector<std::size_t> cuts;
      for (; next < ends.size() && ends[next] < first + equals.size(); ++next) cuts.push_back(ends[next] - first);
      std::vector<ContactOrdinal> contacts;
      for (const Placed& placed : equals) contacts.push_back(placed.contact);
      part_by_ids(contacts, cuts, environment_.base);
      for (std::size_t i = 0; i < contacts.size(); ++i) order[first + i].contact = contacts[i];
    }
  }

  const Environment& environment_;
  const BaseEvaluator& evaluator_;
  Population scalars_;
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
