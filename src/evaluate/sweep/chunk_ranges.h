#pragma once
// Ranges of cell bits over the codes of a chunk.

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

}  // namespace wanamaker
