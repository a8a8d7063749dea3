#include "evaluate/curves.h"

#include <algorithm>

namespace wanamaker {

Polynomial::Polynomial(std::vector<Rational> coefficients) : coefficients_(std::move(coefficients)) {
  while (!coefficients_.empty() && coefficients_.back().is_zero()) coefficients_.pop_back();
}

int Polynomial::sign_at(std::int64_t x) const {
  Rational value = 0;
  for (auto coefficient = coefficients_.rbegin(); coefficient != coefficients_.rend(); ++coefficient) value = value * x + *coefficient;
  return value.sign();
}

Polynomial Polynomial::derivative() const {
  std::vector<Rational> result;
  for (std::size_t i = 1; i < coefficients_.size(); ++i) result.push_back(coefficients_[i] * i);
  return Polynomial(std::move(result));
}

Polynomial operator+(const Polynomial& a, const Polynomial& b) {
  std::vector<Rational> sum(std::max(a.coefficients_.size(), b.coefficients_.size()), Rational(0));
  for (std::size_t i = 0; i < a.coefficients_.size(); ++i) sum[i] += a.coefficients_[i];
  for (std::size_t i = 0; i < b.coefficients_.size(); ++i) sum[i] += b.coefficients_[i];
  return Polynomial(std::move(sum));
}

Polynomial operator-(const Polynomial& a, const Polynomial& b) { return a + Polynomial::constant(-1) * b; }

Polynomial operator*(const Polynomial& a, const Polynomial& b) {
  if (a.is_zero() || b.is_zero()) return {};
  std::vector<Rational> product(a.coefficients_.size() + b.coefficients_.size() - 1, Rational(0));
  for (std::size_t i = 0; i < a.coefficients_.size(); ++i) {
    for (std::size_t k = 0; k < b.coefficients_.size(); ++k) product[i + k] += a.coefficients_[i] * b.coefficients_[k];
  }
  return Polynomial(std::move(product));
}

// Between neighbouring sign changes of the derivative the polynomial is monotone, so that one binary search finds what there is.
std::vector<std::int64_t> sign_changes(const Polynomial& polynomial, std::int64_t low, std::int64_t high) {
  if (polynomial.degree() == 0 || low >= high) return {};
  std::vector<std::int64_t> bounds{low, high};
  for (const std::int64_t turn : sign_changes(polynomial.derivative(), low, high)) {
    for (const std::int64_t near : {turn - 1, turn, turn + 1}) if (near > low && near < high) bounds.push_back(near);
  }
  std::ranges::sort(bounds);
  std::vector<std::int64_t> found;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    std::int64_t before = bounds[i];
    std::int64_t after = bounds[i + 1];
    const int sign = polynomial.sign_at(before);
    if (before == after) continue;
    if (sign == 0) found.push_back(before), found.push_back(before + 1);
    if (sign == polynomial.sign_at(after)) continue;
    while (after - before > 1) {
      const std::int64_t middle = before + (after - before) / 2;
      (polynomial.sign_at(middle) == sign ? before : after) = middle;
    }
    found.push_back(after);
    if (polynomial.sign_at(after) == 0) found.push_back(after + 1);
  }
  return found;
}

}  // namespace wanamaker
