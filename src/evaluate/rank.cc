#include "evaluate/rank.h"

#include "base/check.h"
#include "evaluate/aggregate.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

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
  Ranker(const Environment& environment, const BaseEvaluator& evaluator, std::uint32_t rankings) : environment_(environment), evaluator_(evaluator), run_(evaluator.run ? evaluator.run : run_in_turn), results_(rankings) {}

  void rank_all(const TypedExpression& root) { visit(root, {.of_one = evaluator_.position_of.has_value(), .by_logic = true}); }

  RankingResults take() { return std::move(results_); }

 private:
  struct Place {
    bool of_one;    // only the one contact whose position is wanted is asked whether it is a member
    bool by_logic;  // logic alone stands between the node and what is decided of everyone
  };
  // Inner rankings have been given lower ids by the checker only within their own operand, so children go first.
  void visit(const TypedExpression& node, Place place) {
    const bool is_logic = node.kind == ExpressionKind::all_of || node.kind == ExpressionKind::any_of || node.kind == ExpressionKind::inverse || node.kind == ExpressionKind::at_least_of;
    for (const TypedExpression& child : node.children) visit(child, {.of_one = place.of_one && is_logic, .by_logic = place.by_logic && (is_logic || node.kind == ExpressionKind::segment)});
    for (const TypedOperand& operand : node.operands) visit(operand, place.by_logic && node.kind == ExpressionKind::compare && &operand == node.operands.data() ? &node : nullptr);
    if (node.among) visit(*node.among, kOfEveryone);
    if (node.kind == ExpressionKind::ranking) rank_members(node, population(node.operands[0], node.among.get()), place.of_one);
  }
  // `asking`: the comparison that the operand stands in, where that is decided of everyone.
  void visit(const TypedOperand& operand, const TypedExpression* asking) {
    for (const TypedOperand& inner : operand.operands) visit(inner, nullptr);
    if (operand.among) visit(*operand.among, kOfEveryone);
    if (operand.kind == OperandKind::tile) rank_tiles(operand, population(operand.operands[0], operand.among.get()), asking);
  }
  static constexpr Place kOfEveryone{.of_one = false, .by_logic = true};

  Population& population(const TypedOperand& metric, const TypedExpression* among) {
    std::vector<std::uint64_t> inside;
    if (among != nullptr) inside = evaluator_.decide_all(*among, results_);
    const BaseEvaluator::Inside only = among == nullptr ? nullptr : &inside;
    if (Population* whole = evaluator_.read_values ? evaluator_.read_values(metric, only, results_) : nullptr) return *whole;
    return scalar_population(evaluator_.read_all(metric, results_), only);
  }

  // A metric that is no whole number is ranked by its place among those that differ.
  Population& scalar_population(const std::vector<Scalar>& metrics, BaseEvaluator::Inside only) {
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

  void rank_members(const TypedExpression& node, const Population& population, bool of_one) {
    const bool top = node.end == RankEnd::top;
    const std::size_t size = population.size();
    const std::size_t taken = size_of(node, size);
    RankingResult& result = results_[node.ranking_id];
    result.population = static_cast<std::uint32_t>(size);
    result.members.assign((environment_.base.ordinals() + std::size_t{63}) / 64, 0);
    if (evaluator_.position_of) result.position = position(population, top, *evaluator_.position_of);
    if (of_one) {
      if (result.position != 0 && result.position <= taken) result.members[evaluator_.position_of->value / 64] |= std::uint64_t{1} << (evaluator_.position_of->value % 64);
      return;
    }
    if (taken >= size) std::copy_n(population.bits().begin(), result.members.size(), result.members.begin());
    if (taken == 0 || taken >= size) return;
    const std::size_t last = top ? size - taken : taken - 1;  // the place of the last one in
    const ValuePlace cut = population.values_at(std::span(&last, 1), run_)[0];
    const std::size_t wanted = taken - (top ? size - cut.less - cut.equal : cut.less);  // of the equals
    result.cut_among_equals = wanted < cut.equal;
    const std::span<const std::uint32_t> ranks = result.cut_among_equals ? environment_.base.id_ranks() : std::span<const std::uint32_t>();
    Population::RanksAsked last_in{.value = cut.value, .places = {wanted - 1}};
    if (result.cut_among_equals) population.find_ranks(std::span(&last_in, 1), ranks, run_);
    const std::uint32_t last_rank = result.cut_among_equals ? last_in.found[0] : 0;
    run_(population.shards(), [&](std::uint32_t shard) {
      const auto is_in = [&](ContactOrdinal contact, std::int64_t value) { return value == cut.value ? ranks.empty() || ranks[contact.value] <= last_rank : (value > cut.value) == top; };
      population.select(shard, is_in, result.members);
    });
  }

  // 1 first; 0: not in the population.
  std::uint32_t position(const Population& population, bool top, ContactOrdinal of) const {
    const std::optional<std::int64_t> mine = population.value_of(of);
    return mine ? 1 + population.count_before(*mine, of, top, environment_.base.id_ranks(), run_) : 0;
  }

  void rank_tiles(const TypedOperand& operand, Population& population, const TypedExpression* asking) {
    RankingResult& result = results_[operand.ranking_id];
    result.population = static_cast<std::uint32_t>(population.size());
    result.by_percentile = operand.tile == TileKind::percentile;
    const auto range = asking != nullptr && evaluator_.asked_tiles ? evaluator_.asked_tiles(*asking, results_) : std::nullopt;
    if (range) return take_tiles(operand, population, *range);
    result.tiles.assign(environment_.base.ordinals(), 0);
    if (population.size() == 0) return;
    if (result.by_percentile) return population.count_not_above(result.tiles, run_);
    std::vector<std::size_t> begins;
    for (std::size_t tile = 2; tile <= tiles_of(operand.tile); ++tile) {
      const std::size_t begin = begin_of(tile, tiles_of(operand.tile), population.size());
      if (begin < population.size()) begins.push_back(begin);
    }
    const std::vector<Population::TileStart> starts = starts_at(population, begins);
    const bool by_ranks = std::ranges::any_of(starts, [](const Population::TileStart& start) { return start.rank != 0; });
    population.put_tiles(starts, by_ranks ? environment_.base.id_ranks() : std::span<const std::uint32_t>(), result.tiles, run_);
  }

  // Who lies in some tiles, by the two ends of these alone.
  void take_tiles(const TypedOperand& operand, const Population& population, TileRange range) {
    RankingResult& result = results_[operand.ranking_id];
    const std::size_t size = population.size();
    result.members.assign((environment_.base.ordinals() + std::size_t{63}) / 64, 0);
    const std::size_t last = result.by_percentile ? size : tiles_of(operand.tile);
    if (size == 0 || range.least > range.most || range.least > last) return;
    // Of a percentile, the range's first value is the one behind all that have fewer not above.
    const auto place_of = [&](std::size_t tile) { return result.by_percentile ? tile - 1 : begin_of(tile, last, size); };
    std::vector<std::size_t> ends;
    if (range.least > 1) ends.push_back(place_of(range.least));
    if (range.most < last) ends.push_back(place_of(range.most + std::size_t{1}));
    if (range.least > 1 && ends[0] >= size) return;
    if (!ends.empty() && ends.back() >= size) ends.pop_back();
    // Of a percentile all who are equal lie on one side.
    std::vector<Population::TileStart> starts;
    if (!result.by_percentile) starts = starts_at(population, ends);
    else for (const ValuePlace& at : population.values_at(ends, run_)) starts.push_back({at.value, 0});
    std::optional<Population::TileStart> from;
    std::optional<Population::TileStart> until;
    if (range.least > 1) from = starts[0];
    if (starts.size() > (from ? 1U : 0U)) until = starts.back();
    take_between(population, from, until, result.members);
  }

  // Who comes from one start on and before the other, where there are such.
  void take_between(const Population& population, const std::optional<Population::TileStart>& from, const std::optional<Population::TileStart>& until, std::span<std::uint64_t> out) const {
    CHECK(!from || !until || std::pair(from->value, from->rank) <= std::pair(until->value, until->rank), "a range of tiles ends behind its beginning");
    const std::int64_t least = from ? from->value : std::numeric_limits<std::int64_t>::min();
    const std::int64_t most = until ? until->value : std::numeric_limits<std::int64_t>::max();
    const std::uint64_t span = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
    const auto lies_between = [=](std::int64_t value) { return static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(least) <= span; };
    if ((!from || from->rank == 0) && !until) return run_(population.shards(), [&](std::uint32_t shard) { population.select(shard, [=](ContactOrdinal, std::int64_t value) { return lies_between(value); }, out); });
    const std::uint32_t first_rank = from ? from->rank : 0;
    const std::uint32_t end_rank = until ? until->rank : std::numeric_limits<std::uint32_t>::max();
    const std::uint32_t* const ranks = (from && from->rank != 0) || (until && until->rank != 0) ? environment_.base.id_ranks().data() : nullptr;
    const auto is_in = [=](ContactOrdinal contact, std::int64_t value) {
      const bool between = lies_between(value);
      if (value != least && value != most) return between;
      const std::uint32_t rank = ranks == nullptr ? 0 : ranks[contact.value];
      return between && (value != least || rank >= first_rank) && (value != most || rank < end_rank);
    };
    run_(population.shards(), [&](std::uint32_t shard) { population.select(shard, is_in, out); });
  }

  static std::size_t tiles_of(TileKind kind) { return kind == TileKind::quartile ? 4 : kind == TileKind::quintile ? 5 : 10; }
  // The place at which a tile begins, of the first as of all. The first ones have one member more, where they cannot all have as many; a tile
  // that nobody is left for begins behind the last.
  static std::size_t begin_of(std::size_t tile, std::size_t tiles, std::size_t size) { return size / tiles * (tile - 1) + std::min(size % tiles, tile - 1); }

  // What stands at some places of the order, ascending; one for each.
  std::vector<Population::TileStart> starts_at(const Population& population, std::span<const std::size_t> places) const {
    const std::vector<ValuePlace> found = population.values_at(places, run_);
    std::vector<Population::TileStart> starts;
    std::vector<Population::RanksAsked> asked;  // of values that a tile begins among
    std::vector<std::size_t> among;             // the starts that these are of
    for (std::size_t i = 0; i < places.size(); ++i) {
      const ValuePlace& at = found[i];
      starts.push_back({at.value, 0});
      if (places[i] == at.less) continue;
      among.push_back(i);
      if (asked.empty() || asked.back().value != at.value) asked.push_back({.value = at.value, .places = {}});
      asked.back().places.push_back(places[i] - at.less);
    }
    if (asked.empty()) return starts;
    population.find_ranks(asked, environment_.base.id_ranks(), run_);
    auto next = among.begin();
    for (const Population::RanksAsked& of : asked) for (const std::uint32_t rank : of.found) starts[*next++].rank = rank;
    return starts;
  }

  const Environment& environment_;
  const BaseEvaluator& evaluator_;
  Pieces run_;
  Population scalars_;
  RankingResults results_;
};

}  // namespace

RankingResults rank(const Definition& definition, const Environment& environment, const BaseEvaluator& evaluator) {
  if (!definition.ranks()) return {};
  Ranker ranker(environment, evaluator, definition.rankings);
  ranker.rank_all(definition.root);
  return ranker.take();
}

}  // namespace wanamaker
