#include "columns/bit_packing.h"

#include "base/check.h"

#include <algorithm>
#include <array>

namespace wanamaker {

void pack_bits(ByteWriter& out, std::span<const std::uint64_t> values, unsigned bits) {
  if (bits == 0) return;
  CHECK(bits <= 64 && values.size() <= kPackedMax, "a chunk is packed at a time");
  std::array<std::uint64_t, kPackedMax + 1> words;
  std::size_t full = 0;
  std::uint64_t word = 0;
  unsigned filled = 0;
  for (const std::uint64_t value : values) {
    word |= value << filled;
    filled += bits;
    if (filled < 64) continue;
    words[full++] = word;
    filled -= 64;
    word = filled == 0 ? 0 : value >> (bits - filled);
  }
  words[full] = word;
  out.raw({reinterpret_cast<const char*>(words.data()), (values.size() * bits + 7) / 8});
}

void unpack_bits(ByteReader& in, std::span<std::uint64_t> values, unsigned bits) {
  std::ranges::fill(values, 0);
  if (bits == 0) return;
  if (bits > 64) {
    in.refuse("packed integers have more than 64 bits");
    return;
  }
  CHECK(values.size() <= kPackedMax, "a chunk is unpacked at a time");
  const std::string_view bytes = in.raw((values.size() * bits + 7) / 8);
  if (bytes.empty()) return;
  std::array<std::uint64_t, kPackedMax + 1> words;
  words[bytes.size() / 8] = 0;
  if (bytes.size() / 8 < kPackedMax) words[bytes.size() / 8 + 1] = 0;
  std::memcpy(words.data(), bytes.data(), bytes.size());
  const std::uint64_t mask = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  std::size_t at = 0;
  for (std::uint64_t& value : values) {
    const unsigned shift = at % 64;
    value = words[at / 64] >> shift;
    if (shift + bits > 64) value |= words[at / 64 + 1] << (64 - shift);
    value &= mask;
    at += bits;
  }
}

}  // namespace wanamaker
