#pragma once
// A fraction of 128-bit integers in lowest terms, for the arithmetic of --derive. What does not fit is refused, not rounded.

#include "base/decimal.h"
#include "base/int128.h"

#include <optional>

namespace wanamaker {

class Fraction {
 public:
  explicit Fraction(Decimal number);
  // Nothing where the exact result does not fit.
  static std::optional<Fraction> add(const Fraction& a, const Fraction& b);
  static std::optional<Fraction> multiply(const Fraction& a, const Fraction& b);
  Fraction negated() const { return {-numerator_, denominator_}; }
  Fraction inverted() const;  // not of zero
  bool is_zero() const { return numerator_ == 0; }
  // Nothing where it is no decimal of at most 18 digits.
  std::optional<Decimal> to_decimal() const;
  // a < b, a == b; the products fit for all that comes of decimals by one operation, and are refused else.
  static std::optional<std::strong_ordering> compare(const Fraction& a, const Fraction& b);

 private:
  Fraction(int128 numerator, int128 denominator) : numerator_(numerator), denominator_(denominator) {}
  static std::optional<Fraction> reduced(int128 numerator, int128 denominator);
  int128 numerator_;
  int128 denominator_;  // > 0
};

}  // namespace wanamaker
