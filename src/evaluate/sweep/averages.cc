#include "evaluate/sweep/averages.h"

#include "base/int128.h"
#include "evaluate/sweep/event_values.h"

#include <compare>

namespace wanamaker {
namespace {

// Sums and numbers of each contact's known values. Shape: in the scratch's `values`, at the scale, and `counts`.
void add_up(const EventScan& scan, const TypedPath& property, std::uint8_t scale, Shard& shard) {
  auto& sums = shard.scratch.values;
  auto& counts = shard.scratch.counts;
  sums.fill(0);
  counts.fill(0);
  Chunk::Values values;
  scan.for_each_block(shard, [&](const EventBlock& block) {
    const Chunk* chunk = property_chunk(block, property);
    if (chunk == nullptr) return;
    for_each_value(block, *chunk, scale, values, [&](std::uint32_t owner, std::int64_t value) {
      sums[owner] += value;
      ++counts[owner];
    });
  });
}

// An average against constants, without dividing: sum : count compared as products of 128 bits.
class AverageOperator : public ShardOperator {
 public:
  static constexpr std::uint8_t kScaleMost = 6;  // a literal at this scale times 2^32 events fits

  AverageOperator(const TypedExpression& node, std::uint8_t scale, const Environment& environment) : node_(node), scale_(scale), scan_(node.operands[0].source, node.operands[0].source.window, environment) {}
  void decide(Shard& shard, ShardBits& out) const override {
    add_up(scan_, node_.operands[0].property, scale_, shard);
    auto& sums = shard.scratch.values;
    const auto& counts = shard.scratch.counts;
    out.fill(0);
    for (std::uint32_t i = 0; i < kShardContacts; ++i) if (counts[i] > 0 && holds(sums[i], counts[i])) set_bit(out, i);
    intersect(out, shard.living);
  }

 private:
  // sum / count <=> the i-th operand.
  std::strong_ordering order(std::int64_t sum, std::uint32_t count, std::size_t i) const {
    const Decimal& literal = std::get<Decimal>(node_.operands[i].literal);
    const int128 left = static_cast<int128>(sum) * power_of_ten(literal.scale());
    const int128 right = static_cast<int128>(literal.mantissa()) * power_of_ten(scale_) * count;
    return left < right ? std::strong_ordering::less : left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
  }
  bool holds(std::int64_t sum, std::uint32_t count) const {
    switch (node_.test) {
      case CoreTest::is_known: return true;
      case CoreTest::less: return order(sum, count, 1) < 0;
      case CoreTest::at_most: return order(sum, count, 1) <= 0;
      case CoreTest::greater: return order(sum, count, 1) > 0;
      case CoreTest::at_least: return order(sum, count, 1) >= 0;
      case CoreTest::between: return order(sum, count, 1) >= 0 && order(sum, count, 2) <= 0;
      default: break;  // equals, in
    }
    for (std::size_t i = 1; i < node_.operands.size(); ++i) if (order(sum, count, i) == 0) return true;
    return false;
  }

  const TypedExpression& node_;
  std::uint8_t scale_;
  EventScan scan_;
};

// An average as a whole number that orders as it does. Two averages that differ, of at most n values each, differ by 1/n² at least: so
// times n² and rounded down they still do.
class AverageReader : public ShardReader {
 public:
  AverageReader(const TypedOperand& operand, const Scaling& scaling, std::int64_t factor, const Environment& environment)
      : ShardReader(0, kValueMost), operand_(operand), value_scale_(scaling.scale), factor_(factor), scan_(operand.source, operand.source.window, environment) {}
  ShardValues read(Shard& shard) const override {
    add_up(scan_, operand_.property, value_scale_, shard);
    auto& sums = shard.scratch.values;
    const auto& counts = shard.scratch.counts;
    ShardValues result{.values = sums.data()};
    for (std::uint32_t i = 0; i < kShardContacts; ++i) {
      if (counts[i] == 0) continue;
      set_bit(result.known, i);
      const int128 scaled = static_cast<int128>(sums[i]) * factor_;
      sums[i] = static_cast<std::int64_t>((scaled - (scaled < 0 ? counts[i] - 1 : 0)) / counts[i]);
    }
    return result;
  }

 private:
  const TypedOperand& operand_;
  std::uint8_t value_scale_;
  std::int64_t factor_;
  EventScan scan_;
};

}  // namespace

ReaderPtr average_reader(const TypedOperand& operand, const Environment& environment) {
  if (operand.source.kind != SourceClass::events || operand.property.kind != PathKind::property) return nullptr;
  const Scaling scaling = scaling_of(operand.source, operand.property, environment.base);
  const int128 values = most_values_of_one(operand.source, operand.property, environment.base) + 1;
  if (!scaling.sum_fits || values * values * (static_cast<int128>(scaling.one) + 1) >= kValueMost) return nullptr;
  return std::make_unique<AverageReader>(operand, scaling, static_cast<std::int64_t>(values * values), environment);
}

OperatorPtr average_operator(const TypedExpression& node, const Environment& environment) {
  const TypedOperand& operand = node.operands[0];
  if (operand.source.kind != SourceClass::events || operand.property.kind != PathKind::property) return nullptr;
  const Scaling scaling = scaling_of(operand.source, operand.property, environment.base);
  if (!scaling.sum_fits || scaling.scale > AverageOperator::kScaleMost) return nullptr;
  return std::make_unique<AverageOperator>(node, scaling.scale, environment);
}

}  // namespace wanamaker
