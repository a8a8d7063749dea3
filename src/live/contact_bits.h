#pragma once
// One bit a contact, copied on write a shard at a time, so that an image for a checkpoint costs a pointer a shard.
// Single writer; a copy is an image (base/chunk_list.h).

#include "base/chunk_list.h"
#include "base/ids.h"
#include "base/prefetch.h"

#include <array>
#include <bit>
#include <cstdint>

namespace wanamaker {

class ContactBits {
 public:
  static constexpr std::uint32_t kContacts = 65'536;  // a chunk: the shard of columns/row_places.h
  static constexpr std::uint32_t kWords = kContacts / 64;
  using Chunk = std::array<std::uint64_t, kWords>;

  bool has(ContactOrdinal contact) const {
    const Chunk* chunk = chunks_.find(contact.value / kContacts);
    return chunk != nullptr && (((*chunk)[contact.value % kContacts / 64] >> (contact.value % 64)) & 1) != 0;
  }
  // The processor is asked for what set() changes.
  void fetch(ContactOrdinal contact) const {
    const Chunk* chunk = chunks_.find(contact.value / kContacts);
    if (chunk == nullptr) return;
    fetch_line(chunk);  // where its owners are counted
    fetch_line_to_write(&(*chunk)[contact.value % kContacts / 64]);
  }
  // True when it was the other way round before.
  bool set(ContactOrdinal contact, bool holds) {
    if (has(contact) == holds) return false;
    chunks_.writable(contact.value / kContacts)[contact.value % kContacts / 64] ^= std::uint64_t{1} << (contact.value % 64);
    count_ += holds ? 1 : -std::uint64_t{1};
    return true;
  }
  std::uint64_t count() const { return count_; }
  std::uint64_t word(std::size_t index) const {
    const Chunk* chunk = chunks_.find(index / kWords);
    return chunk == nullptr ? 0 : (*chunk)[index % kWords];
  }
  // The bits of contacts index·64 to index·64 + 63.
  void set_word(std::size_t index, std::uint64_t bits) {
    const std::uint64_t before = word(index);
    if (before == bits) return;
    chunks_.writable(index / kWords)[index % kWords] = bits;
    count_ += static_cast<std::uint64_t>(std::popcount(bits)) - static_cast<std::uint64_t>(std::popcount(before));
  }
  // Shape: visit(contact), by ordinal.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < chunks_.size() * kWords; ++i) {
      for (std::uint64_t left = word(i); left != 0; left &= left - 1)
        visit(ContactOrdinal{static_cast<std::uint32_t>(i * 64) + static_cast<std::uint32_t>(std::countr_zero(left))});
    }
  }

  // ---- pages ----
  const ChunkList<Chunk>& chunks() const { return chunks_; }
  void place(std::size_t index, std::shared_ptr<Chunk> chunk) {
    for (const std::uint64_t word : *chunk) count_ += static_cast<std::uint64_t>(std::popcount(word));
    chunks_.place(index, std::move(chunk));
  }
  void loaded() { chunks_.loaded(chunks_.size()); }
  void saved(const ContactBits& image) { chunks_.saved(image.chunks_, image.chunks_.size()); }

 private:
  ChunkList<Chunk> chunks_;
  std::uint64_t count_ = 0;
};

}  // namespace wanamaker
