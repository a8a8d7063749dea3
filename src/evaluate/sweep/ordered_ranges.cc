#include "evaluate/sweep/ordered_ranges.h"

#include "base/check.h"

#include <algorithm>
#include <limits>

namespace wanamaker {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t clamped(int128 value) {
  return static_cast<std::int64_t>(std::clamp(value, static_cast<int128>(kLeast), static_cast<int128>(kMost)));
}

OrderedBound bound_of(const Decimal& literal, std::uint8_t scale, std::int64_t unit) {
  const int128 numerator = static_cast<int128>(literal.mantissa()) * unit * power_of_ten(scale);
  const int128 denominator = power_of_ten(literal.scale());
  int128 floor = numerator / denominator;
  if (numerator % denominator < 0) --floor;
  return {floor, floor + (numerator % denominator != 0 ? 1 : 0)};
}

}  // namespace

bool is_ordered(CoreTest test) {
  switch (test) {
    case CoreTest::equals:
    case CoreTest::in:
    case CoreTest::less:
    case CoreTest::at_most:
    case CoreTest::greater:
    case CoreTest::at_least:
    case CoreTest::between: return true;
    default: return false;
  }
}

void add_range(std::vector<BitsRange>& ranges, int128 least, int128 most) {
  if (least <= most && least <= kMost && most >= kLeast) ranges.push_back({clamped(least), clamped(most)});
}

std::vector<BitsRange> ordered_ranges(const TypedExpression& node, const std::function<OrderedBound(std::size_t)>& read) {
  std::vector<BitsRange> ranges;
  switch (node.test) {
    case CoreTest::equals:
    case CoreTest::in:
      for (std::size_t i = 1; i < node.operands.size(); ++i) add_range(ranges, read(i).ceiling, read(i).floor);
      break;
    case CoreTest::less: add_range(ranges, kLeast, read(1).ceiling - 1); break;
    case CoreTest::at_most: add_range(ranges, kLeast, read(1).floor); break;
    case CoreTest::greater: add_range(ranges, read(1).floor + 1, kMost); break;
    case CoreTest::at_least: add_range(ranges, read(1).ceiling, kMost); break;
    case CoreTest::between: add_range(ranges, read(1).ceiling, read(2).floor); break;
    default: CHECK(false, "only ordered tests come here");
  }
  return ranges;
}

std::vector<std::vector<BitsRange>> number_ranges(const TypedExpression& node, std::int64_t unit) {
  std::vector<std::vector<BitsRange>> by_scale(kDecimalDigitsMax + 1);
  const int scales = unit == 1 ? kDecimalDigitsMax : 0;
  for (int scale = 0; scale <= scales; ++scale) {
    by_scale[static_cast<std::size_t>(scale)] = ordered_ranges(node, [&](std::size_t i) { return bound_of(std::get<Decimal>(node.operands[i].literal), static_cast<std::uint8_t>(scale), unit); });
  }
  return by_scale;
}

}  // namespace wanamaker
