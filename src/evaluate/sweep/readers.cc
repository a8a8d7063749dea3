#include "evaluate/sweep/readers.h"

#include "base/int128.h"
#include "evaluate/sweep/arithmetic_readers.h"
#include "evaluate/sweep/attribute_operators.h"
#include "evaluate/sweep/averages.h"
#include "evaluate/sweep/distinct.h"
#include "evaluate/sweep/event_operators.h"
#include "evaluate/sweep/event_values.h"
#include "evaluate/sweep/outer_events.h"
#include "evaluate/sweep/property_operator.h"
#include "evaluate/sweep/scaling.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace wanamaker {
namespace {

constexpr std::int64_t kCountMost = std::numeric_limits<std::uint32_t>::max();  // no table has as many rows

class AttributeReader : public ShardReader {
 public:
  AttributeReader(const Column& column, const Scaling& scaling) : ShardReader(scaling.scale, scaling.one), column_(column) {}
  ShardValues read(Shard& shard) const override {
    ShardValues result{.values = shard.scratch.values.data(), .scale = scale()};
    Chunk::Values values;
    for (std::uint32_t i = 0; i < kChunksPerShard; ++i) {
      const Chunk* chunk = column_.chunks().find(shard.first / Chunk::kRows + i);
      if (chunk == nullptr || chunk->known() == 0) continue;
      read_scaled(*chunk, scale(), values);
      std::copy_n(values.begin(), chunk->size(), result.values + i * Chunk::kRows);
      RowMask known;
      fill_first(known, chunk->size());
      if (const std::uint64_t* presence = chunk->presence()) std::copy_n(presence, (chunk->size() + 63) / 64, known.begin());
      std::ranges::copy(known, result.known.begin() + i * known.size());
    }
    return result;
  }

 private:
  const Column& column_;
};

class CountReader : public ShardReader {
 public:
  CountReader(const TypedSource& source, const Environment& environment) : ShardReader(0, kCountMost), scan_(source, source.window, environment) {}
  ShardValues read(Shard& shard) const override {
    auto& counts = shard.scratch.values;
    counts.fill(0);
    scan_.for_each_block(shard, [&](const EventBlock& block) { block.for_each([&](std::uint32_t, std::uint32_t owner) { ++counts[owner]; }); });
    return {.values = counts.data(), .all_known = true};
  }

 private:
  EventScan scan_;
};

class SumReader : public ShardReader {
 public:
  SumReader(const TypedOperand& operand, const Scaling& scaling, const Environment& environment) : ShardReader(scaling.scale, scaling.sum), operand_(operand), scan_(operand.source, operand.source.window, environment) {}
  ShardValues read(Shard& shard) const override {
    auto& sums = shard.scratch.values;
    sums.fill(0);
    Chunk::Values values;
    scan_.for_each_block(shard, [&](const EventBlock& block) {
      const Chunk* chunk = property_chunk(block, operand_.property);
      if (chunk == nullptr) return;
      for_each_value(block, *chunk, scale(), values, [&](std::uint32_t owner, std::int64_t value) { sums[owner] += value; });
    });
    return {.values = sums.data(), .scale = scale(), .all_known = true};
  }

 private:
  const TypedOperand& operand_;
  EventScan scan_;
};

ShardValues known_values(std::array<std::int64_t, kShardContacts>& values, std::uint8_t scale, const Kernels& kernels) {
  ShardValues result{.values = values.data(), .scale = scale};
  const std::uint64_t span = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) - static_cast<std::uint64_t>(kNoValue + 1);
  kernels.range64(reinterpret_cast<const std::uint8_t*>(values.data()), kShardContacts, static_cast<std::uint64_t>(kNoValue + 1), span, result.known.data());
  return result;
}

// The least or greatest value of a property.
class ExtremeReader : public ShardReader {
 public:
  ExtremeReader(const TypedOperand& operand, const Scaling& scaling, const Environment& environment)
      : ShardReader(scaling.scale, scaling.one), operand_(operand), least_(operand.function == AggregateFunction::minimum), scan_(operand.source, operand.source.window, environment) {}
  // The least is the greatest of the negated values; nothing is as small as kNoValue.
  ShardValues read(Shard& shard) const override {
    auto& best = shard.scratch.values;
    best.fill(kNoValue);
    if (least_) {
      take(shard, [](std::int64_t value) { return -value; });
      for (std::int64_t& value : best) if (value != kNoValue) value = -value;
    } else {
      take(shard, [](std::int64_t value) { return value; });
    }
    return known_values(best, scale(), shard.kernels);
  }

 private:
  template <typename Ordered>
  void take(Shard& shard, Ordered ordered) const {
    std::int64_t* const best = shard.scratch.values.data();
    Chunk::Values values;
    scan_.for_each_block(shard, [&](const EventBlock& block) {
      const Chunk* chunk = property_chunk(block, operand_.property);
      if (chunk == nullptr) return;
      for_each_value(block, *chunk, scale(), values, [=](std::uint32_t owner, std::int64_t value) { best[owner] = std::max(best[owner], ordered(value)); });
    });
  }

  const TypedOperand& operand_;
  bool least_;
  EventScan scan_;
};

// The instant of the first or last event.
class InstantReader : public ShardReader {
 public:
  InstantReader(const TypedOperand& operand, const Environment& environment)
      : ShardReader(0, kValueMost), end_(operand.which == Which::first ? EventScan::From::first : EventScan::From::last), scan_(operand.source, operand.source.window, environment) {}
  ShardValues read(Shard& shard) const override {
    auto& best = shard.scratch.values;
    take_outer_events(scan_, end_, shard, best, [&](const EventBlock&, std::uint32_t, std::uint32_t place, std::int64_t at) {
      const std::int64_t seen = best[place];
      if (seen == kNoValue || (end_ == EventScan::From::first ? at < seen : at > seen)) best[place] = at;
    });
    return known_values(best, 0, shard.kernels);
  }

 private:
  EventScan::From end_;
  EventScan scan_;
};

// Milliseconds from the first or last event to now.
class SinceReader : public ShardReader {
 public:
  SinceReader(const TypedOperand& operand, const Environment& environment)
      : ShardReader(0, kValueMost), now_(environment.t.ms), instants_(operand, environment) {}
  ShardValues read(Shard& shard) const override {
    const ShardValues result = instants_.read(shard);
    for (std::uint32_t i = 0; i < kShardContacts; ++i) result.values[i] = now_ - result.values[i];
    return result;
  }

 private:
  std::int64_t now_;
  InstantReader instants_;
};

// The tile that each contact lies in, made by its ranking.
class TileReader : public ShardReader {
 public:
  explicit TileReader(const RankingResult& result) : ShardReader(0, 100 * kCountMost), result_(result) {}
  ShardValues read(Shard& shard) const override {
    ShardValues result{.values = shard.scratch.values.data()};
    const std::int64_t factor = result_.by_percentile ? 100 : 1;
    for (std::uint32_t i = 0; i < shard.count; ++i) {
      const std::int64_t tile = result_.tiles[shard.first + i];
      result.values[i] = tile * factor;
      if (tile != 0) set_bit(result.known, i);
    }
    return result;
  }

 private:
  const RankingResult& result_;
};

// Distinct values of a property: pairs of contact and value, each counted once. Texts are the same when their keys are.
class DistinctReader : public ShardReader {
 public:
  DistinctReader(const TypedOperand& operand, const Scaling& scaling, const Environment& environment)
      : ShardReader(0, kCountMost), operand_(operand), value_scale_(scaling.scale), environment_(environment), scan_(operand.source, operand.source.window, environment) {}
  ShardValues read(Shard& shard) const override {
    std::vector<OwnedBits> pairs;
    Chunk::Values values;
    const bool is_text = operand_.property.type == ValueType::text;
    const TextPool& texts = environment_.base.cells.texts();
    scan_.for_each_block(shard, [&](const EventBlock& block) {
      const Chunk* chunk = property_chunk(block, operand_.property);
      if (chunk == nullptr) return;
      for_each_value(block, *chunk, value_scale_, values, [&](std::uint32_t owner, std::int64_t value) {
        pairs.push_back({is_text ? texts.key_id({static_cast<std::uint32_t>(value)}).value : value, owner});
      });
    });
    auto& counts = shard.scratch.values;
    counts.fill(0);
    count_distinct(pairs, counts);
    return {.values = counts.data(), .all_known = true};
  }

 private:
  const TypedOperand& operand_;
  std::uint8_t value_scale_;
  const Environment environment_;
  EventScan scan_;
};

// The tiles in one range.
class TileOperator : public ShardOperator {
 public:
  // Shape: tiles as the result keeps them, from 1 on.
  TileOperator(const RankingResult& result, TileRange range) : result_(result), range_(range) {}
  void decide(Shard& shard, ShardBits& out) const override {
    out.fill(0);
    if (range_.least > range_.most) return;
    shard.kernels.range32(reinterpret_cast<const std::uint8_t*>(result_.tiles.data() + shard.first), shard.count, range_.least, range_.most - range_.least, out.data());
    intersect(out, shard.living);
  }

 private:
  const RankingResult& result_;
  TileRange range_;
};

ReaderPtr attribute_reader(const TypedOperand& operand, const Environment& environment) {
  if (operand.path.kind != PathKind::contact_attribute || !is_scalar(operand.path.type)) return nullptr;
  const auto& columns = environment.base.attributes();
  if (operand.path.attribute.value >= columns.size()) return nullptr;
  const Column& column = columns[operand.path.attribute.value];
  ScalingBuilder builder;
  for (std::size_t i = 0; i < column.chunks().size(); ++i) if (const Chunk* chunk = column.chunks().find(i)) builder.see_scale(*chunk);
  for (std::size_t i = 0; i < column.chunks().size(); ++i) if (const Chunk* chunk = column.chunks().find(i)) builder.see_size(*chunk);
  if (!builder.take().one_fits) return nullptr;
  return std::make_unique<AttributeReader>(column, builder.take());
}

ReaderPtr aggregate_reader(const TypedOperand& operand, const Environment& environment) {
  if (operand.property.kind != PathKind::property) return nullptr;
  const ValueType type = operand.property.type;
  const Scaling scaling = scaling_of(operand.source, operand.property, environment.base);
  switch (operand.function) {
    case AggregateFunction::sum:
      if (!scaling.sum_fits) return nullptr;
      return std::make_unique<SumReader>(operand, scaling, environment);
    case AggregateFunction::minimum:
    case AggregateFunction::maximum:
      if (!scaling.one_fits || !is_scalar(type)) return nullptr;
      return std::make_unique<ExtremeReader>(operand, scaling, environment);
    case AggregateFunction::distinct:
      if (!scaling.one_fits || type == ValueType::set || type == ValueType::location) return nullptr;
      return std::make_unique<DistinctReader>(operand, scaling, environment);
    case AggregateFunction::average: return nullptr;
  }
  return nullptr;
}

// The values of a reader tested against constants.
class ValueOperator : public ShardOperator {
 public:
  ValueOperator(ReaderPtr reader, const TypedExpression& node, const Environment& environment)
      : reader_(std::move(reader)), test_(node, node.operands[0].type, std::nullopt, environment, unit_of(node.operands[0], environment)), is_known_(node.test == CoreTest::is_known) {}
  void decide(Shard& shard, ShardBits& out) const override {
    const ShardValues values = reader_->read(shard);
    if (is_known_ && values.all_known) out = shard.living;
    else if (is_known_) out = values.known;
    else test_.decide(values.values, values.scale, values.all_known ? nullptr : &values.known, shard.kernels, out);
    intersect(out, shard.living);
  }

 private:
  ReaderPtr reader_;
  CellPredicate test_;
  bool is_known_;
};

}  // namespace

std::int64_t unit_of(const TypedOperand& operand, const Environment& environment) {
  if (operand.kind == OperandKind::days_since) return kMillisecondsPerDay;
  if (operand.kind == OperandKind::tile && operand.tile == TileKind::percentile) return environment.rankings->at(operand.ranking_id).population;
  return 1;
}

std::optional<TileRange> asked_tiles(const TypedExpression& node, const Environment& environment) {
  const TypedOperand& operand = node.operands[0];
  if (operand.kind != OperandKind::tile || !CellPredicate::has_constants(node)) return std::nullopt;
  const auto range = CellPredicate(node, operand.type, std::nullopt, environment, unit_of(operand, environment)).only_range();
  if (!range) return std::nullopt;
  const std::int64_t factor = operand.tile == TileKind::percentile ? 100 : 1;  // a percentile is 100 times its number, of the population
  const std::int64_t least = std::clamp<std::int64_t>(range->least, 1, factor * kCountMost);
  const std::int64_t most = std::clamp<std::int64_t>(range->most, 0, factor * kCountMost);
  return TileRange{static_cast<std::uint32_t>((least + factor - 1) / factor), static_cast<std::uint32_t>(most / factor)};
}

ReaderPtr metric_reader_of(const TypedOperand& operand, const Environment& environment) {
  if (operand.kind == OperandKind::aggregate && operand.function == AggregateFunction::average) return average_reader(operand, environment);
  return reader_of(operand, environment);
}

ReaderPtr reader_of(const TypedOperand& operand, const Environment& environment) {
  if (operand.kind == OperandKind::path) return attribute_reader(operand, environment);
  if (operand.kind == OperandKind::literal || operand.kind == OperandKind::arithmetic || operand.kind == OperandKind::negate) return arithmetic_reader(operand, environment);
  if (operand.kind == OperandKind::tile) return std::make_unique<TileReader>(environment.rankings->at(operand.ranking_id));
  if (operand.source.kind != SourceClass::events) return nullptr;
  switch (operand.kind) {
    case OperandKind::count: return std::make_unique<CountReader>(operand.source, environment);
    case OperandKind::aggregate: return aggregate_reader(operand, environment);
    case OperandKind::time_of: return std::make_unique<InstantReader>(operand, environment);
    case OperandKind::days_since: return std::make_unique<SinceReader>(operand, environment);
    default: return nullptr;
  }
}

namespace {

OperatorPtr tile_operator(const TypedExpression& node, const Environment& environment) {
  const std::uint32_t id = node.operands[0].ranking_id;
  const RankingResult& result = environment.rankings->at(id);
  if (!result.members.empty()) return ranking_operator(id);
  const auto range = asked_tiles(node, environment);
  return range ? std::make_unique<TileOperator>(result, *range) : nullptr;
}

// A number of events against constants that leave one range: kept in as few bytes as the range needs.
OperatorPtr count_operator(const TypedExpression& node, const Environment& environment) {
  const TypedOperand& operand = node.operands[0];
  if (operand.source.kind != SourceClass::events) return nullptr;
  const auto range = CellPredicate(node, operand.type, std::nullopt, environment).only_range();
  return range ? count_range_operator(operand.source, *range, environment) : nullptr;
}

// The time of a first or last event, or the days since it, against constants that leave one range of instants.
OperatorPtr time_operator(const TypedExpression& node, const Environment& environment) {
  const TypedOperand& operand = node.operands[0];
  if (operand.source.kind != SourceClass::events) return nullptr;
  const auto range = CellPredicate(node, operand.type, std::nullopt, environment, unit_of(operand, environment)).only_range();
  if (!range) return nullptr;
  if (operand.kind == OperandKind::time_of) return outer_range_operator(operand, *range, environment);
  const auto ago = [&](std::int64_t ms) { return static_cast<std::int64_t>(std::clamp<int128>(static_cast<int128>(environment.t.ms) - ms, EventScan::kAlways.least, EventScan::kAlways.most)); };
  return outer_range_operator(operand, {ago(range->most), ago(range->least)}, environment);
}

}  // namespace

OperatorPtr value_operator(const TypedExpression& node, const Environment& environment) {
  if (!CellPredicate::has_constants(node)) return comparison_operator(node, environment);
  const TypedOperand& left = node.operands[0];
  if (left.kind == OperandKind::tile) if (OperatorPtr tiles = tile_operator(node, environment)) return tiles;
  if (left.kind == OperandKind::count) if (OperatorPtr count = count_operator(node, environment)) return count;
  if (left.kind == OperandKind::time_of || left.kind == OperandKind::days_since) if (OperatorPtr outer = time_operator(node, environment)) return outer;
  if (left.kind == OperandKind::aggregate && left.function == AggregateFunction::average) return average_operator(node, environment);
  if (left.kind == OperandKind::property_of) return property_operator(node, environment);
  ReaderPtr reader = reader_of(left, environment);
  if (!reader) return quotient_operator(node, environment);
  return std::make_unique<ValueOperator>(std::move(reader), node, environment);
}

}  // namespace wanamaker
