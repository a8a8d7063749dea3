#pragma once
// What an id is found by. Key idea: an id of up to eleven bytes and its key are two forms of one thing, so that who finds an equal key need not
// look at the id, which lies elsewhere in memory; of a longer one the hash tells as much as any hash, and the id has to be compared.
// Source: the mixing is the end of MurmurHash3 (public domain), each step of which can be undone. Pure; any thread.

#include "columns/hash_index.h"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace wanamaker {

struct IdKey {
  std::uint64_t hash = 0;  // well mixed
  std::uint32_t tail = 0;  // not 0: hash and tail together are those of this id alone
};

inline std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ (bits >> 33)) * 0xFF51'AFD7'ED55'8CCD;
  bits = (bits ^ (bits >> 33)) * 0xC4CE'B9FE'1A85'EC53;
  return bits ^ (bits >> 33);
}

inline IdKey key_of_id(std::string_view id) {
  constexpr std::size_t kMost = 11;
  const std::size_t size = id.size();
  if (size == 0 || size > kMost) return {.hash = hash_text(id)};
  std::uint64_t head = 0;
  auto tail = static_cast<std::uint32_t>(size << 24);
  if (size >= 8) {
    std::memcpy(&head, id.data(), 8);
    if (size > 8) std::memcpy(&tail, id.data() + size - 3, 3);  // the upper byte stays
  } else if (size >= 4) {  // two halves that overlap
    std::uint32_t first;
    std::uint32_t last;
    std::memcpy(&first, id.data(), 4);
    std::memcpy(&last, id.data() + size - 4, 4);
    head = std::uint64_t{last} << 32 | first;
  } else {  // the first, the middle and the last byte
    const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(id[i])}; };
    head = byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16;
  }
  const std::uint64_t hash = mixed(head ^ mixed(tail));
  return {.hash = hash, .tail = hash > 1 ? tail : 0};  // 0 and 1 are one to a hash index
}

// As a hash alone.
inline std::uint64_t hash_id(std::string_view id) { return key_of_id(id).hash; }

}  // namespace wanamaker
