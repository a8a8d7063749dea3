#pragma once
// Numbers as operands: a decimal as long as it can be, an exact rational after arithmetic. No binary floating point.
// A result whose numerator or denominator has more than 1,024 bits is missing (LANGUAGE.md 2.7).

#include "base/decimal.h"
#include "base/int128.h"

#include <boost/multiprecision/cpp_int.hpp>

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <variant>

namespace wanamaker {

using Integer = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;

class Number {
 public:
  Number() = default;
  Number(Decimal value) : value_(value) {}
  Number(Rational value) : value_(std::move(value)) {}
  static Number whole(std::int64_t value) { return Number(Rational(value)); }

  Rational rational() const;
  const Decimal& decimal() const { return std::get<Decimal>(value_); }  // stored values only, not results of arithmetic
  // As people read it: exact where it is a decimal of up to 18 digits, else rounded to 6 places with "≈" before it.
  std::string to_string() const;
  double to_double() const;
  friend std::strong_ordering operator<=>(const Number& a, const Number& b);
  friend bool operator==(const Number& a, const Number& b) { return (a <=> b) == std::strong_ordering::equal; }

 private:
  std::variant<Decimal, Rational> value_;
};

enum class NumberOperator : std::uint8_t { add, subtract, multiply, divide };
// Missing on a division by zero or a result that is too large.
std::optional<Number> calculate(NumberOperator op, const Number& a, const Number& b);

// An exact sum of decimals in any order: one 128-bit sum a scale. Wide enough for 10^20 values of 18 digits.
class DecimalSum {
 public:
  void add(const Decimal& value) {
    sums_[value.scale()] += value.mantissa();
    ++count_;
  }
  // One that was added is not part of it any more.
  void remove(const Decimal& value) {
    sums_[value.scale()] -= value.mantissa();
    --count_;
  }
  std::uint64_t count() const { return count_; }
  Rational total() const;

 private:
  std::array<int128, kDecimalDigitsMax + 1> sums_{};
  std::uint64_t count_ = 0;
};

}  // namespace wanamaker
