#include "evaluate/curves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace wanamaker {
namespace {

TEST(Curves, ALineChangesItsSignOnce) {
  EXPECT_EQ(sign_changes(Polynomial({Rational(-5, 2), Rational(1)}), 0, 100), std::vector<std::int64_t>{3});
}

TEST(Curves, EveryChangeOfSignIsFound) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 300; ++round) {
    Polynomial polynomial = Polynomial::constant(1);
    for (int i = 0; i < 4; ++i) polynomial = polynomial * Polynomial({Rational(-static_cast<int>(random() % 100), 1 + static_cast<int>(random() % 3)), Rational(1)});
    const std::vector<std::int64_t> found = sign_changes(polynomial, 0, 120);
    for (std::int64_t x = 1; x <= 120; ++x) {
      const bool changes = polynomial.sign_at(x) != polynomial.sign_at(x - 1);
      EXPECT_TRUE(!changes || std::ranges::find(found, x) != found.end()) << x;
    }
  }
}

TEST(Numbers, SumsAreExactInAnyOrder) {
  DecimalSum sum;
  for (int i = 0; i < 25; ++i) sum.add(Decimal::parse("19.99").value());
  EXPECT_EQ(Number(sum.total()), Number(Decimal::parse("499.75").value()));
  DecimalSum large;
  for (int i = 0; i < 1'000; ++i) large.add(Decimal::parse("999999999999999999").value()), large.add(Decimal::parse("-0.000000000000000001").value());
  EXPECT_EQ(large.total(), Rational(Integer("999999999999999999000") * Integer("1000000000000000000") - 1000, Integer("1000000000000000000")));
}

TEST(Numbers, DivisionByZeroAndHugeResultsAreMissing) {
  EXPECT_FALSE(calculate(NumberOperator::divide, Number::whole(1), Number::whole(0)).has_value());
  std::optional<Number> product = Number::whole(999'999'999'999'999'999);
  for (int i = 0; i < 20 && product; ++i) product = calculate(NumberOperator::multiply, *product, Number::whole(999'999'999'999'999'999));
  EXPECT_FALSE(product.has_value());
}

}  // namespace
}  // namespace wanamaker
