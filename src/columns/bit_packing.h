#pragma once
// Unsigned integers packed to a fixed number of bits each, lowest bit first, without gaps; the last byte is filled up with zeros.
// Source: frame-of-reference packing as in Lemire and Boytsov, "Decoding billions of integers per second through vectorization".

#include "base/bytes.h"

#include <cstdint>
#include <span>

namespace wanamaker {

inline constexpr std::size_t kPackedMax = 4096;  // values packed at once; a chunk

// Bits of the largest value; 0 for 0.
inline unsigned bits_of(std::uint64_t largest) { return static_cast<unsigned>(std::bit_width(largest)); }
void pack_bits(ByteWriter& out, std::span<const std::uint64_t> values, unsigned bits);
// At most kPackedMax values. A fault of the reader leaves zeros.
void unpack_bits(ByteReader& in, std::span<std::uint64_t> values, unsigned bits);

}  // namespace wanamaker
