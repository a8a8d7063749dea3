#pragma once
// Decimal: an exact decimal number of at most 18 digits, kept without trailing zeros, so that equal numbers have equal parts.
//   value = mantissa / 10^scale, |mantissa| < 10^18, 0 <= scale <= 18
// Arithmetic on numbers is rational (base/rational.h); a Decimal is only read, written and compared.

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace wanamaker {

class Decimal {
 public:
  Decimal() = default;
  explicit Decimal(std::int64_t whole);  // |whole| < 10^18

  enum class ParseError : std::uint8_t { syntax, too_many_digits };
  // `-?[0-9]+(\.[0-9]+)?`; at most 18 digits, leading zeros apart; trailing zeros count, but are not kept.
  static std::expected<Decimal, ParseError> parse(std::string_view text);

  // Shape: any mantissa below 10^18 in size and scale up to 18; trailing zeros are removed.
  static Decimal from_parts(std::int64_t mantissa, std::uint8_t scale);

  std::int64_t mantissa() const { return mantissa_; }
  std::uint8_t scale() const { return scale_; }
  bool is_whole() const { return scale_ == 0; }
  double to_double() const;
  std::string to_string() const;  // shortest, no exponent: "-0.5"

  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

 private:
  std::int64_t mantissa_ = 0;
  std::uint8_t scale_ = 0;
};

inline constexpr int kDecimalDigitsMax = 18;
std::int64_t power_of_ten(unsigned exponent);  // exponent <= 18

}  // namespace wanamaker
