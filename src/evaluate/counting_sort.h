#pragma once
// Sorts numbers by some of their bits, by counting: for many at a time, of which the others say nothing that matters or follow from these.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wanamaker {

// By the bits from `low` on, below `high`; equal ones keep their order. Cost: two looks at each number for eleven bits.
inline void sort_by_counting(std::vector<std::uint64_t>& keys, unsigned low, unsigned high) {
  constexpr unsigned kDigit = 11;
  std::vector<std::uint64_t> other(keys.size());
  for (unsigned shift = low; shift < high; shift += kDigit) {
    std::array<std::uint32_t, (std::size_t{1} << kDigit) + 1> starts{};
    const auto digit = [&](std::uint64_t key) { return (key >> shift) & ((std::uint64_t{1} << kDigit) - 1); };
    for (const std::uint64_t key : keys) ++starts[digit(key) + 1];
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    for (const std::uint64_t key : keys) other[starts[digit(key)]++] = key;
    keys.swap(other);
  }
}

}  // namespace wanamaker
