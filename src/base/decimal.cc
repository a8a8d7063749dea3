#include "base/decimal.h"

#include "base/check.h"
#include "base/int128.h"

#include <array>

namespace wanamaker {

std::int64_t power_of_ten(unsigned exponent) {
  static constexpr auto kPowers = [] {
    std::array<std::int64_t, 19> powers{};
    std::int64_t value = 1;
    for (auto& power : powers) {
      power = value;
      if (value < 1'000'000'000'000'000'000) value *= 10;
    }
    return powers;
  }();
  return kPowers.at(exponent);
}

Decimal::Decimal(std::int64_t whole) : mantissa_(whole) {}

Decimal Decimal::from_parts(std::int64_t mantissa, std::uint8_t scale) {
  CHECK(scale <= kDecimalDigitsMax, "a decimal's scale is at most 18");
  Decimal result;
  while (scale > 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    --scale;
  }
  result.mantissa_ = mantissa;
  result.scale_ = scale;
  return result;
}

std::expected<Decimal, Decimal::ParseError> Decimal::parse(std::string_view text) {
  std::int64_t plain = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && digits < kDecimalDigitsMax && text[digits] >= '0' && text[digits] <= '9'; ++digits) plain = plain * 10 + (text[digits] - '0');
  if (digits == text.size() && digits > 0) return Decimal(plain);  // by far the most
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && fraction.empty())) return std::unexpected(ParseError::syntax);
  for (const char c : whole) if (c < '0' || c > '9') return std::unexpected(ParseError::syntax);
  for (const char c : fraction) if (c < '0' || c > '9') return std::unexpected(ParseError::syntax);
  std::int64_t mantissa = 0;
  int counted = 0;
  const auto take = [&](char c, bool after_point) {
    if (counted == 0 && c == '0' && !after_point) return true;
    if (++counted > kDecimalDigitsMax) return false;
    mantissa = mantissa * 10 + (c - '0');
    return true;
  };
  for (const char c : whole) if (!take(c, false)) return std::unexpected(ParseError::too_many_digits);
  for (const char c : fraction) if (!take(c, true)) return std::unexpected(ParseError::too_many_digits);
  return from_parts(negative ? -mantissa : mantissa, static_cast<std::uint8_t>(fraction.size()));
}

double Decimal::to_double() const { return static_cast<double>(mantissa_) / static_cast<double>(power_of_ten(scale_)); }

std::string Decimal::to_string() const {
  const bool negative = mantissa_ < 0;
  std::string digits = std::to_string(negative ? -mantissa_ : mantissa_);
  if (scale_ > 0) {
    if (digits.size() <= scale_) digits.insert(0, scale_ + 1U - digits.size(), '0');
    digits.insert(digits.size() - scale_, ".");
  }
  return negative ? "-" + digits : digits;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const int128 left = static_cast<int128>(a.mantissa_) * power_of_ten(b.scale_);
  const int128 right = static_cast<int128>(b.mantissa_) * power_of_ten(a.scale_);
  return left < right ? std::strong_ordering::less : left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace wanamaker
