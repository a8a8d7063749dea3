#pragma once
// Values that move with the clock. `days since` is a straight line in t, so arithmetic over it is a quotient of polynomials between
// two edges; a comparison can flip where a polynomial changes its sign. Exact: rational coefficients, whole milliseconds.

#include "evaluate/number.h"

#include <vector>

namespace wanamaker {

// Coefficients by rising power of x; no trailing zeros; empty is 0.
class Polynomial {
 public:
  Polynomial() = default;
  explicit Polynomial(std::vector<Rational> coefficients);
  static Polynomial constant(const Rational& value) { return Polynomial({value}); }

  bool is_zero() const { return coefficients_.empty(); }
  std::size_t degree() const { return coefficients_.empty() ? 0 : coefficients_.size() - 1; }
  int sign_at(std::int64_t x) const;
  Polynomial derivative() const;
  friend Polynomial operator+(const Polynomial& a, const Polynomial& b);
  friend Polynomial operator-(const Polynomial& a, const Polynomial& b);
  friend Polynomial operator*(const Polynomial& a, const Polynomial& b);

 private:
  std::vector<Rational> coefficients_;
};

// Whole x in [low, high] at which the sign differs from that at x - 1: a superset, ascending.
// Cost: a binary search for every root of the polynomial and its derivatives.
std::vector<std::int64_t> sign_changes(const Polynomial& polynomial, std::int64_t low, std::int64_t high);

struct Curve {
  Polynomial numerator;
  Polynomial denominator = Polynomial::constant(1);
};

inline constexpr std::size_t kCurveDegreeMax = 12;  // beyond it nothing is said of the interval

}  // namespace wanamaker
