#include "evaluate/sweep/arithmetic_readers.h"

#include "base/check.h"
#include "base/int128.h"
#include "evaluate/number.h"
#include "evaluate/sweep/readers.h"

#include <algorithm>
#include <compare>
#include <vector>

namespace wanamaker {
namespace {

constexpr int128 kMost = static_cast<int128>(1) << 62;

std::int64_t scaling_factor(std::uint8_t from, std::uint8_t to) { return power_of_ten(static_cast<unsigned>(to - from)); }

// A reader whose values are in its own units; others are compared with literals only.
ReaderPtr plain_reader(const TypedOperand& operand, const Environment& environment) { return unit_of(operand, environment) == 1 ? reader_of(operand, environment) : nullptr; }

// Values that outlive the next reading.
struct KeptValues {
  std::vector<std::int64_t> values;
  ShardBits known{};
};

KeptValues keep(const ShardReader& reader, Shard& shard) {
  const ShardValues read = reader.read(shard);
  return {.values = {read.values, read.values + kShardContacts}, .known = read.all_known ? shard.living : read.known};
}

class LiteralReader : public ShardReader {
 public:
  explicit LiteralReader(const Decimal& number) : ShardReader(number.scale(), std::abs(number.mantissa())), value_(number.mantissa()) {}
  ShardValues read(Shard& shard) const override {
    shard.scratch.values.fill(value_);
    return {.values = shard.scratch.values.data(), .scale = scale(), .all_known = true};
  }

 private:
  std::int64_t value_;
};

class ArithmeticReader : public ShardReader {
 public:
  ArithmeticReader(ReaderPtr left, ReaderPtr right, NumberOperator op, std::uint8_t scale, std::int64_t limit)
      : ShardReader(scale, limit), left_(std::move(left)), right_(std::move(right)), op_(op) {}
  ShardValues read(Shard& shard) const override {
    const KeptValues left = keep(*left_, shard);
    ShardValues result = right_->read(shard);
    if (result.all_known) result.known = left.known;
    else intersect(result.known, left.known);
    result.all_known = false;
    result.scale = scale();
    // What is not known means nothing and may wrap.
    const bool times = op_ == NumberOperator::multiply;
    const auto of_left = static_cast<std::uint64_t>(times ? 1 : scaling_factor(left_->scale(), scale()));
    const auto of_right = static_cast<std::uint64_t>(times ? 1 : scaling_factor(right_->scale(), scale()));
    for (std::uint32_t i = 0; i < kShardContacts; ++i) {
      const std::uint64_t a = static_cast<std::uint64_t>(left.values[i]) * of_left;
      const std::uint64_t b = static_cast<std::uint64_t>(result.values[i]) * of_right;
      result.values[i] = static_cast<std::int64_t>(times ? a * b : op_ == NumberOperator::add ? a + b : a - b);
    }
    return result;
  }

 private:
  ReaderPtr left_;
  ReaderPtr right_;
  NumberOperator op_;
};

ReaderPtr combined(ReaderPtr left, ReaderPtr right, NumberOperator op) {
  if (!left || !right || op == NumberOperator::divide) return nullptr;
  const bool times = op == NumberOperator::multiply;
  const int scale = times ? left->scale() + right->scale() : std::max(left->scale(), right->scale());
  if (scale > kDecimalDigitsMax) return nullptr;
  const auto as = static_cast<std::uint8_t>(scale);
  const int128 limit = times ? static_cast<int128>(left->limit()) * right->limit()
                             : static_cast<int128>(left->limit()) * scaling_factor(left->scale(), as) + static_cast<int128>(right->limit()) * scaling_factor(right->scale(), as);
  if (limit >= kMost) return nullptr;
  return std::make_unique<ArithmeticReader>(std::move(left), std::move(right), op, as, static_cast<std::int64_t>(limit));
}

bool order_holds(CoreTest test, std::strong_ordering order) {
  switch (test) {
    case CoreTest::equals: return order == 0;
    case CoreTest::less: return order < 0;
    case CoreTest::at_most: return order <= 0;
    case CoreTest::greater: return order > 0;
    case CoreTest::at_least: return order >= 0;
    default: break;
  }
  CHECK(false, "only orders come here");
}

class ComparisonOperator : public ShardOperator {
 public:
  ComparisonOperator(ReaderPtr left, ReaderPtr right, CoreTest test) : left_(std::move(left)), right_(std::move(right)), test_(test) {}
  void decide(Shard& shard, ShardBits& out) const override {
    const KeptValues left = keep(*left_, shard);
    const ShardValues right = right_->read(shard);
    const std::uint8_t scale = std::max(left_->scale(), right_->scale());
    const auto of_left = static_cast<std::uint64_t>(scaling_factor(left_->scale(), scale));
    const auto of_right = static_cast<std::uint64_t>(scaling_factor(right_->scale(), scale));
    for (std::uint32_t word = 0; word < kShardWords; ++word) {
      std::uint64_t found = 0;
      for (std::uint32_t i = 0; i < 64; ++i) {
        const auto a = static_cast<std::int64_t>(static_cast<std::uint64_t>(left.values[word * 64 + i]) * of_left);
        const auto b = static_cast<std::int64_t>(static_cast<std::uint64_t>(right.values[word * 64 + i]) * of_right);
        found |= static_cast<std::uint64_t>(order_holds(test_, a <=> b)) << i;
      }
      out[word] = found & left.known[word] & (right.all_known ? ~std::uint64_t{0} : right.known[word]) & shard.living[word];
    }
  }

 private:
  ReaderPtr left_;
  ReaderPtr right_;
  CoreTest test_;
};

class QuotientOperator : public ShardOperator {
 public:
  QuotientOperator(const TypedExpression& node, ReaderPtr above, ReaderPtr below) : node_(node), above_(std::move(above)), below_(std::move(below)) {}
  // Whether all products of a comparison fit.
  bool fits() const {
    constexpr int128 kProductMost = static_cast<int128>(1) << 125;
    const auto fits = [&](std::int64_t limit, unsigned digits, std::int64_t times) {
      int128 left = kProductMost / (static_cast<int128>(limit) + 1) / (static_cast<int128>(times) + 1);
      for (; digits > 0; --digits) left /= 10;
      return left > 0;
    };
    return std::all_of(node_.operands.begin() + 1, node_.operands.end(), [&](const TypedOperand& operand) {
      const Decimal& literal = std::get<Decimal>(operand.literal);
      return fits(above_->limit(), below_->scale() + literal.scale(), 1) && fits(below_->limit(), above_->scale(), std::abs(literal.mantissa()));
    });
  }
  void decide(Shard& shard, ShardBits& out) const override {
    const KeptValues above = keep(*above_, shard);
    const ShardValues below = below_->read(shard);
    out = shard.living;
    intersect(out, above.known);
    if (!below.all_known) intersect(out, below.known);
    const ShardBits asked = out;
    for_each_bit(asked, [&](std::uint32_t place) {
      if (below.values[place] == 0 || !holds(above.values[place], below.values[place])) out[place / 64] &= ~(std::uint64_t{1} << (place % 64));
    });
  }

 private:
  // above / below <=> the i-th operand.
  std::strong_ordering order(std::int64_t above, std::int64_t below, std::size_t i) const {
    const Decimal& literal = std::get<Decimal>(node_.operands[i].literal);
    int128 left = static_cast<int128>(above) * power_of_ten(below_->scale()) * power_of_ten(literal.scale());
    int128 right = static_cast<int128>(below) * literal.mantissa() * power_of_ten(above_->scale());
    if (below < 0) std::swap(left, right);
    return left < right ? std::strong_ordering::less : left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
  }
  bool holds(std::int64_t above, std::int64_t below) const {
    if (node_.test == CoreTest::is_known) return true;
    if (node_.test == CoreTest::between) return order(above, below, 1) >= 0 && order(above, below, 2) <= 0;
    if (node_.test != CoreTest::in) return order_holds(node_.test, order(above, below, 1));
    for (std::size_t i = 1; i < node_.operands.size(); ++i) if (order(above, below, i) == 0) return true;
    return false;
  }

  const TypedExpression& node_;
  ReaderPtr above_;
  ReaderPtr below_;
};

}  // namespace

ReaderPtr arithmetic_reader(const TypedOperand& operand, const Environment& environment) {
  if (operand.kind == OperandKind::literal) {
    const auto* number = std::get_if<Decimal>(&operand.literal);
    return number != nullptr ? std::make_unique<LiteralReader>(*number) : nullptr;
  }
  if (operand.kind == OperandKind::negate) return combined(std::make_unique<LiteralReader>(Decimal()), plain_reader(operand.operands[0], environment), NumberOperator::subtract);
  if (operand.kind != OperandKind::arithmetic) return nullptr;
  const auto op = static_cast<NumberOperator>(operand.arithmetic);
  if (op == NumberOperator::divide) return nullptr;
  return combined(plain_reader(operand.operands[0], environment), plain_reader(operand.operands[1], environment), op);
}

OperatorPtr comparison_operator(const TypedExpression& node, const Environment& environment) {
  const bool is_order = node.test == CoreTest::equals || node.test == CoreTest::less || node.test == CoreTest::at_most || node.test == CoreTest::greater || node.test == CoreTest::at_least;
  if (!is_order || node.operands.size() != 2 || node.operands[0].type != node.operands[1].type) return nullptr;
  ReaderPtr left = plain_reader(node.operands[0], environment);
  ReaderPtr right = plain_reader(node.operands[1], environment);
  if (!left || !right) return nullptr;
  const std::uint8_t scale = std::max(left->scale(), right->scale());
  const auto fits = [&](const ShardReader& reader) { return static_cast<int128>(reader.limit()) * scaling_factor(reader.scale(), scale) < kMost; };
  if (!fits(*left) || !fits(*right)) return nullptr;
  return std::make_unique<ComparisonOperator>(std::move(left), std::move(right), node.test);
}

OperatorPtr quotient_operator(const TypedExpression& node, const Environment& environment) {
  const TypedOperand& left = node.operands[0];
  if (left.kind != OperandKind::arithmetic || static_cast<NumberOperator>(left.arithmetic) != NumberOperator::divide) return nullptr;
  ReaderPtr above = plain_reader(left.operands[0], environment);
  ReaderPtr below = plain_reader(left.operands[1], environment);
  if (!above || !below) return nullptr;
  auto found = std::make_unique<QuotientOperator>(node, std::move(above), std::move(below));
  return found->fits() ? std::move(found) : nullptr;
}

}  // namespace wanamaker
