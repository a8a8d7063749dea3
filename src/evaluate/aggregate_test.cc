#include "evaluate/aggregate.h"

#include "columns/base.h"

#include <gtest/gtest.h>

#include <random>

namespace wanamaker {
namespace {

constexpr std::array kFunctions{AggregateFunction::sum, AggregateFunction::average, AggregateFunction::minimum, AggregateFunction::maximum, AggregateFunction::distinct};

std::string text_of(const Scalar& scalar, const CellStore& cells) { return is_missing(scalar) ? "missing" : to_string(scalar, cells); }

// Few differing values, some missing, so that extremes are shared by several and by one.
Scalar some_value(std::mt19937_64& random) {
  if (random() % 4 == 0) return {};
  return Number(Decimal(static_cast<std::int64_t>(random() % 5) - 2));
}

TEST(LeaveOneOut, SaysWhatTheOthersHave) {
  const Base base;
  std::mt19937_64 random(20261123);
  for (int round = 0; round < 500; ++round) {
    std::vector<Scalar> values(random() % 7 + 1);
    for (Scalar& value : values) value = some_value(random);
    for (const AggregateFunction function : kFunctions) {
      LeaveOneOut all(function, base.cells);
      for (const Scalar& value : values) all.take(value);
      for (std::size_t left_out = 0; left_out < values.size(); ++left_out) {
        Collector others(function, base.cells);
        for (std::size_t i = 0; i < values.size(); ++i) if (i != left_out) others.take(values[i]);
        EXPECT_EQ(text_of(all.without(values[left_out]), base.cells), text_of(others.result(), base.cells)) << "function " << static_cast<int>(function) << ", round " << round;
      }
    }
  }
}

TEST(LeaveOneOut, CountsElementsOfASetByTheirKeys) {
  Base base;
  const std::array one{base.cells.texts().intern("A"), base.cells.texts().intern("a")};
  const std::array other{base.cells.texts().intern("b")};
  LeaveOneOut all(AggregateFunction::distinct, base.cells);
  all.take(SetRef{one});
  all.take(SetRef{other});
  EXPECT_EQ(text_of(all.without(SetRef{one}), base.cells), "1");
  EXPECT_EQ(text_of(all.without({}), base.cells), "2");
}

}  // namespace
}  // namespace wanamaker
