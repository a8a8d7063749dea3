#include "ingest/fraction.h"

#include "base/check.h"

#include <utility>

namespace wanamaker {
namespace {

int128 greatest_divisor(int128 a, int128 b) {
  if (a < 0) a = -a;
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

std::optional<int128> product(int128 a, int128 b) {
  int128 result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

}  // namespace

Fraction::Fraction(Decimal number) : numerator_(number.mantissa()), denominator_(power_of_ten(number.scale())) {
  const int128 divisor = greatest_divisor(numerator_, denominator_);
  numerator_ /= divisor;
  denominator_ /= divisor;
}

std::optional<Fraction> Fraction::reduced(int128 numerator, int128 denominator) {
  const int128 divisor = greatest_divisor(numerator, denominator);
  return Fraction(numerator / divisor, denominator / divisor);
}

std::optional<Fraction> Fraction::add(const Fraction& a, const Fraction& b) {
  const int128 shared = greatest_divisor(a.denominator_, b.denominator_);
  const auto left = product(a.numerator_, b.denominator_ / shared);
  const auto right = product(b.numerator_, a.denominator_ / shared);
  const auto denominator = product(a.denominator_, b.denominator_ / shared);
  int128 sum = 0;
  if (!left || !right || !denominator || __builtin_add_overflow(*left, *right, &sum)) return std::nullopt;
  return reduced(sum, *denominator);
}

std::optional<Fraction> Fraction::multiply(const Fraction& a, const Fraction& b) {
  const int128 first = greatest_divisor(a.numerator_, b.denominator_);
  const int128 second = greatest_divisor(b.numerator_, a.denominator_);
  const auto numerator = product(a.numerator_ / first, b.numerator_ / second);
  const auto denominator = product(a.denominator_ / second, b.denominator_ / first);
  if (!numerator || !denominator) return std::nullopt;
  return Fraction(*numerator, *denominator);
}

Fraction Fraction::inverted() const {
  CHECK(numerator_ != 0, "zero has no inverse");
  return numerator_ < 0 ? Fraction(-denominator_, -numerator_) : Fraction(denominator_, numerator_);
}

std::optional<Decimal> Fraction::to_decimal() const {
  int128 mantissa = numerator_;
  int128 rest = denominator_;
  unsigned scale = 0;
  // Each round takes one factor of ten to the mantissa and what it can off the denominator.
  while (rest != 1) {
    if (++scale > kDecimalDigitsMax || (rest % 2 != 0 && rest % 5 != 0)) return std::nullopt;
    int128 factor = 10;
    for (const int prime : {2, 5}) {
      if (rest % prime != 0) continue;
      rest /= prime;
      factor /= prime;
    }
    const auto grown = product(mantissa, factor);
    if (!grown) return std::nullopt;
    mantissa = *grown;
  }
  const int128 limit = power_of_ten(kDecimalDigitsMax);
  if (mantissa <= -limit || mantissa >= limit) return std::nullopt;
  return Decimal::from_parts(static_cast<std::int64_t>(mantissa), static_cast<std::uint8_t>(scale));
}

std::optional<std::strong_ordering> Fraction::compare(const Fraction& a, const Fraction& b) {
  const auto left = product(a.numerator_, b.denominator_);
  const auto right = product(b.numerator_, a.denominator_);
  if (!left || !right) return std::nullopt;
  return *left < *right ? std::strong_ordering::less : *left > *right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace wanamaker
