#pragma once
// Counts, for each place of a set of bits, how many of some sets have it: in binary, a plane a digit, 64 places at once.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wanamaker {

template <std::size_t kWords>
class BitCounter {
 public:
  using Bits = std::array<std::uint64_t, kWords>;
  // For so many sets at most.
  explicit BitCounter(std::size_t most) : most_(most), planes_(static_cast<std::size_t>(std::bit_width(most))) {}

  // Cost: mostly two looks at each word.
  void add(const Bits& bits) {
    for (std::size_t i = 0; i < kWords; ++i) {
      std::uint64_t carry = bits[i];
      for (std::size_t digit = 0; digit < planes_.size() && carry != 0; ++digit) {
        const std::uint64_t next = planes_[digit][i] & carry;
        planes_[digit][i] ^= carry;
        carry = next;
      }
    }
  }
  // The places that at least so many sets have.
  void find_at_least(std::int64_t number, Bits& out) const {
    if (number > static_cast<std::int64_t>(most_)) return out.fill(0);
    if (number <= 0) return out.fill(~std::uint64_t{0});
    for (std::size_t i = 0; i < kWords; ++i) {
      std::uint64_t above = 0;
      std::uint64_t equal = ~std::uint64_t{0};
      for (std::size_t digit = planes_.size(); digit-- > 0;) {
        const bool wanted = ((number >> digit) & 1) != 0;
        if (!wanted) above |= equal & planes_[digit][i];
        equal &= wanted ? planes_[digit][i] : ~planes_[digit][i];
      }
      out[i] = above | equal;
    }
  }

 private:
  std::size_t most_;
  std::vector<Bits> planes_;  // the lowest digit first
};

}  // namespace wanamaker
