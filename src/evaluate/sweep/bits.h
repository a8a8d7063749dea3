#pragma once
// Sets of contacts and rows as bits: of a chunk, of a shard, of the whole base.

#include "columns/chunk.h"
#include "columns/row_places.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace wanamaker {

inline constexpr std::uint32_t kShardWords = kShardContacts / 64;
using RowMask = std::array<std::uint64_t, Chunk::kRows / 64>;  // rows of a chunk
using ShardBits = std::array<std::uint64_t, kShardWords>;      // contacts of a shard, by their place in it

inline constexpr std::uint32_t kChunksPerShard = kShardContacts / Chunk::kRows;

template <std::size_t kWords>
void intersect(std::array<std::uint64_t, kWords>& bits, const std::array<std::uint64_t, kWords>& other) {
  for (std::size_t i = 0; i < kWords; ++i) bits[i] &= other[i];
}

template <std::size_t kWords>
void unite(std::array<std::uint64_t, kWords>& bits, const std::array<std::uint64_t, kWords>& other) {
  for (std::size_t i = 0; i < kWords; ++i) bits[i] |= other[i];
}

template <std::size_t kWords>
bool is_empty(const std::array<std::uint64_t, kWords>& bits) {
  return std::ranges::all_of(bits, [](std::uint64_t word) { return word == 0; });
}

// Sets the first `count` bits and no other. Shape: whole words.
template <std::size_t kWords>
void fill_first(std::array<std::uint64_t, kWords>& bits, std::uint32_t count) {
  bits.fill(0);
  std::fill_n(bits.begin(), count / 64, ~std::uint64_t{0});
  if (count % 64 != 0) bits[count / 64] = (std::uint64_t{1} << (count % 64)) - 1;
}

// Calls visit(place) for every bit that is set, ascending.
template <std::size_t kWords, typename Visit>
void for_each_bit(const std::array<std::uint64_t, kWords>& bits, Visit visit) {
  for (std::uint32_t i = 0; i < kWords; ++i) {
    for (std::uint64_t word = bits[i]; word != 0; word &= word - 1) visit(i * 64 + static_cast<std::uint32_t>(std::countr_zero(word)));
  }
}

template <std::size_t kWords>
void set_bit(std::array<std::uint64_t, kWords>& bits, std::uint32_t place) {
  bits[place / 64] |= std::uint64_t{1} << (place % 64);
}

template <std::size_t kWords>
void put_bit(std::array<std::uint64_t, kWords>& bits, std::uint32_t place, bool value) {
  bits[place / 64] = (bits[place / 64] & ~(std::uint64_t{1} << (place % 64))) | std::uint64_t{value} << (place % 64);
}

template <std::size_t kWords>
bool has_bit(const std::array<std::uint64_t, kWords>& bits, std::uint32_t place) {
  return ((bits[place / 64] >> (place % 64)) & 1) != 0;
}

}  // namespace wanamaker
