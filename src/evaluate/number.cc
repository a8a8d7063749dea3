#include "evaluate/number.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

constexpr unsigned kBitsMax = 1024;

std::size_t bits(const Integer& value) { return value.is_zero() ? 0 : boost::multiprecision::msb(boost::multiprecision::abs(value)) + 1; }

Integer to_integer(int128 value) {
  const bool negative = value < 0;
  const uint128 size = negative ? -static_cast<uint128>(value) : static_cast<uint128>(value);
  Integer result = static_cast<std::uint64_t>(size >> 64);
  result = (result << 64) + static_cast<std::uint64_t>(size);
  return negative ? Integer(-result) : result;
}

}  // namespace

Rational Number::rational() const {
  if (const auto* rational = std::get_if<Rational>(&value_)) return *rational;
  const auto& decimal = std::get<Decimal>(value_);
  return Rational(decimal.mantissa(), power_of_ten(decimal.scale()));
}

double Number::to_double() const { return rational().convert_to<double>(); }

std::string Number::to_string() const {
  if (const auto* decimal = std::get_if<Decimal>(&value_)) return decimal->to_string();
  const Rational& value = std::get<Rational>(value_);
  for (std::uint8_t scale = 0; scale <= 12; ++scale) {
    const Rational scaled = value * power_of_ten(scale);
    if (boost::multiprecision::denominator(scaled) != 1) continue;
    const Integer mantissa = boost::multiprecision::numerator(scaled);
    if (boost::multiprecision::abs(mantissa) < power_of_ten(18)) return Decimal::from_parts(mantissa.convert_to<std::int64_t>(), scale).to_string();
    if (scale == 0) return mantissa.str();
  }
  return fmt::format("≈{:.6f}", to_double());
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
  const auto* left = std::get_if<Decimal>(&a.value_);
  const auto* right = std::get_if<Decimal>(&b.value_);
  if (left != nullptr && right != nullptr) return *left <=> *right;
  const int order = a.rational().compare(b.rational());
  return order < 0 ? std::strong_ordering::less : order > 0 ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::optional<Number> calculate(NumberOperator op, const Number& a, const Number& b) {
  const Rational left = a.rational();
  const Rational right = b.rational();
  Rational result;
  switch (op) {
    case NumberOperator::add: result = left + right; break;
    case NumberOperator::subtract: result = left - right; break;
    case NumberOperator::multiply: result = left * right; break;
    case NumberOperator::divide:
      if (right.is_zero()) return std::nullopt;
      result = left / right;
      break;
  }
  if (bits(boost::multiprecision::numerator(result)) > kBitsMax || bits(boost::multiprecision::denominator(result)) > kBitsMax) return std::nullopt;
  return Number(std::move(result));
}

Rational DecimalSum::total() const {
  Rational result = 0;
  for (std::size_t scale = 0; scale < sums_.size(); ++scale) {
    if (sums_[scale] != 0) result += Rational(to_integer(sums_[scale]), Integer(power_of_ten(static_cast<unsigned>(scale))));
  }
  return result;
}

}  // namespace wanamaker
