#pragma once
// Ranges of cell bits over the codes of a chunk.

#include "base/prefetch.h"
#include "evaluate/sweep/bits.h"
#include "evaluate/sweep/kernels.h"

namespace wanamaker {

// Inclusive, of cell bits.
struct BitsRange {
  std::int64_t least;
  std::int64_t most;
};

inline bool overlaps(const BitsRange& range, const Chunk::Bounds& bounds) { return range.least <= bounds.most && bounds.least <= range.most; }
inline bool covers(const BitsRange& range, const Chunk::Bounds& bounds) { return range.least <= bounds.least && bounds.most <= range.most; }

// The rows below `rows` whose bits lie in the range; of a missing row the bit means nothing.
// Cost: the codes once, or nothing where the chunk's bounds tell.
void find_in_range(const Chunk& chunk, BitsRange range, std::uint32_t rows, const Kernels& kernels, RowMask& out);

// Asks the processor for what will be read soon: a chunk's fields, and once these are there, all of its codes. A null chunk has none.
inline void fetch_header(const Chunk* chunk) {
  if (chunk == nullptr) return;
  fetch_line(chunk);
  fetch_line(reinterpret_cast<const std::uint8_t*>(chunk) + 64);
}
inline void fetch_codes(const Chunk* chunk) {
  if (chunk == nullptr) return;
  const std::uint8_t* codes = chunk->codes();
  const std::size_t bytes = std::size_t{chunk->size()} * chunk->width();
  for (std::size_t i = 0; i < bytes; i += 64) fetch_line(codes + i);
}

}  // namespace wanamaker
