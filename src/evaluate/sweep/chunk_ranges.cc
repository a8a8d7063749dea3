#include "evaluate/sweep/chunk_ranges.h"

#include <algorithm>

namespace wanamaker {

void find_in_range(const Chunk& chunk, BitsRange range, std::uint32_t rows, const Kernels& kernels, RowMask& out) {
  const Chunk::Bounds bounds = chunk.loose_bounds();
  if (!overlaps(range, bounds)) return out.fill(0);
  if (covers(range, bounds)) return fill_first(out, rows);
  std::fill(out.begin() + rows / 64, out.end(), 0);
  if (!chunk.dictionary().empty()) {
    const std::span<const std::int64_t> dictionary = chunk.dictionary();
    const auto first = std::ranges::lower_bound(dictionary, range.least);
    const auto end = std::upper_bound(first, dictionary.end(), range.most);
    if (first == end) return out.fill(0);
    return kernels.range8(chunk.codes(), rows, static_cast<std::uint8_t>(first - dictionary.begin()), static_cast<std::uint8_t>(end - first - 1), out.data());
  }
  range = {std::max(range.least, bounds.least), std::min(range.most, bounds.most)};
  const std::uint64_t least = static_cast<std::uint64_t>(range.least) - static_cast<std::uint64_t>(chunk.base());
  const std::uint64_t span = static_cast<std::uint64_t>(range.most) - static_cast<std::uint64_t>(range.least);
  switch (chunk.width()) {
    case 1: return kernels.range8(chunk.codes(), rows, static_cast<std::uint8_t>(least), static_cast<std::uint8_t>(span), out.data());
    case 2: return kernels.range16(chunk.codes(), rows, static_cast<std::uint16_t>(least), static_cast<std::uint16_t>(span), out.data());
    case 4: return kernels.range32(chunk.codes(), rows, static_cast<std::uint32_t>(least), static_cast<std::uint32_t>(span), out.data());
    case 8: return kernels.range64(chunk.codes(), rows, least, span, out.data());
    default: return fill_first(out, range.least <= chunk.base() && chunk.base() <= range.most ? rows : 0);
  }
}

}  // namespace wanamaker
