#include "evaluate/random_share.h"

#include "evaluate/number.h"

#include <xxhash.h>

namespace wanamaker {

// hash / 2^64 < percent / 100  ⟺  hash < percent · 2^64 / 100, of whole hashes: below its ceiling. Percent has up to 18 places.
RandomShare::RandomShare(const TypedExpression& node) : prefix_(node.key + '\0') {
  const Rational limit = Number(node.percent).rational() * Rational(Integer(1) << 64) / 100;
  const Integer numerator = boost::multiprecision::numerator(limit);
  const Integer denominator = boost::multiprecision::denominator(limit);
  const Integer ceiling = (numerator + denominator - 1) / denominator;
  limit_ = (static_cast<uint128>(Integer(ceiling >> 64).convert_to<std::uint64_t>()) << 64) | Integer(ceiling & ((Integer(1) << 64) - 1)).convert_to<std::uint64_t>();
}

bool RandomShare::holds(std::string_view id) const {
  std::string bytes = prefix_;
  bytes += id;
  return XXH3_64bits(bytes.data(), bytes.size()) < limit_;
}

}  // namespace wanamaker
