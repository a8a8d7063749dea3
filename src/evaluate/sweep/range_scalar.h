#pragma once
// The scalar form of the range kernels; vector forms use it for what is left at the end.

#include <algorithm>
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

}  // namespace wanamaker
