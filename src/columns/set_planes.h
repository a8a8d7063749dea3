#pragma once
// A column of sets turned round: for each element, the rows whose set has it, as bits, a chunk at a time. A test of elements reads a
// bit a row instead of looking each row's set up. Elements are the bits of signatures (set_signatures.h), so the last one stands for many.
// Derived from the column and not kept in pages; what was made from a chunk that has changed since is told by the chunk's revision.
// Single writer; may be read by many while nobody writes.

#include "columns/column.h"
#include "columns/set_signatures.h"

#include <array>
#include <cstdint>
#include <vector>

namespace wanamaker {

class SetPlanes {
 public:
  using Rows = std::array<std::uint64_t, Chunk::kRows / 64>;
  static constexpr std::size_t kElements = 64;

  // Of one chunk.
  class Planes {
   public:
    // nullptr where no row's set has the element.
    const Rows* rows(std::uint8_t element) const { return places_[element] == kNowhere ? nullptr : &rows_[places_[element]]; }

   private:
    friend class SetPlanes;
    static constexpr std::uint8_t kNowhere = 255;
    void make(const Chunk* chunk, const SetSignatures& signatures);

    std::uint32_t revision_ = 0;  // no chunk has it
    std::array<std::uint8_t, kElements> places_{};
    std::vector<Rows> rows_;  // of the elements that are there
  };

  // Makes what is missing or no longer holds. Cost: what changed; else a look at each chunk's revision.
  void refresh(const Column& column, const SetSignatures& signatures);
  // nullptr where there is nothing that holds for the chunk as it is now.
  const Planes* find(const Column& column, std::size_t chunk) const {
    return chunk < chunks_.size() && chunks_[chunk].revision_ == column.chunks().revision(chunk) ? &chunks_[chunk] : nullptr;
  }

 private:
  std::vector<Planes> chunks_;
};

}  // namespace wanamaker
