#pragma once
// The scalar forms of the kernels; vector forms use them for what is left at the end.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace wanamaker {

template <typename Code>
void range_scalar(const std::uint8_t* codes, std::uint32_t count, Code least, Code span, std::uint64_t* out) {
  for (std::uint32_t first = 0; first < count; first += 64) {
    const std::uint32_t last = std::min(count - first, std::uint32_t{64});
    std::uint64_t word = 0;
    for (std::uint32_t i = 0; i < last; ++i) {
      Code code;
      std::memcpy(&code, codes + (first + i) * sizeof code, sizeof code);
      word |= static_cast<std::uint64_t>(static_cast<Code>(code - least) <= span) << i;
    }
    out[first / 64] = word;
  }
}

inline std::uint64_t population_scalar(const std::uint64_t* words, std::uint32_t count) {
  std::uint64_t set = 0;
  for (std::uint32_t i = 0; i < count; ++i) set += static_cast<std::uint64_t>(std::popcount(words[i]));
  return set;
}

inline void take_populations_scalar(std::uint64_t* words, std::uint32_t count, std::uint32_t* numbers) {
  for (std::uint32_t i = 0; i < count; ++i) {
    if (words[i] == 0) continue;
    numbers[i] += static_cast<std::uint32_t>(std::popcount(words[i]));
    words[i] = 0;
  }
}

inline void look_up_scalar(const std::uint8_t* codes, std::uint32_t count, std::int32_t offset, const std::uint64_t* bits, std::uint64_t* out) {
  for (std::uint32_t first = 0; first < count; first += 64) {
    const std::uint32_t last = std::min(count - first, std::uint32_t{64});
    std::uint64_t word = 0;
    for (std::uint32_t i = 0; i < last; ++i) {
      std::uint16_t code;
      std::memcpy(&code, codes + (first + i) * sizeof code, sizeof code);
      const auto place = static_cast<std::uint16_t>(code + offset);
      word |= ((bits[place / 64] >> (place % 64)) & 1) << i;
    }
    out[first / 64] = word;
  }
}

}  // namespace wanamaker
