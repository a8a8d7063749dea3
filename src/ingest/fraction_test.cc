#include "ingest/fraction.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

Fraction fraction(std::string_view text) { return Fraction(Decimal::parse(text).value()); }

// Sums and products are exact, and only what is a decimal of 18 digits becomes one.
TEST(Fraction, IsExact) {
  const Fraction third = Fraction::multiply(fraction("1"), fraction("3").inverted()).value();
  EXPECT_FALSE(third.to_decimal());
  EXPECT_EQ(Fraction::multiply(third, fraction("-0.3"))->to_decimal()->to_string(), "-0.1");
  EXPECT_EQ(Fraction::add(fraction("0.1"), fraction("0.2"))->to_decimal()->to_string(), "0.3");
  EXPECT_EQ(fraction("-8").inverted().to_decimal()->to_string(), "-0.125");
  EXPECT_EQ(Fraction::compare(third, fraction("0.333333333333333333")), std::strong_ordering::greater);
}

TEST(Fraction, WhatDoesNotFitIsRefused) {
  const Fraction large = fraction("999999999999999999");
  const auto square = Fraction::multiply(large, large);
  ASSERT_TRUE(square);
  EXPECT_FALSE(square->to_decimal());
  EXPECT_FALSE(Fraction::multiply(*square, large));
  EXPECT_EQ(large.to_decimal()->to_string(), "999999999999999999");
  EXPECT_FALSE(Fraction::add(large, fraction("1"))->to_decimal());
  EXPECT_EQ(fraction("0.000000000000000001").to_decimal()->to_string(), "0.000000000000000001");
}

}  // namespace
}  // namespace wanamaker
