#pragma once
// Room for blocks of words, all of one size, that lie together in huge pages, some in a slab. A block goes back to its slab when its last
// owner lets go of it, and a slab goes with its last block and its room. Blocks are taken and let go by one thread; others may read them.

#include "base/huge_pages.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace wanamaker {

class RowRoom {
 public:
  using Block = std::shared_ptr<std::uint64_t[]>;
  explicit RowRoom(std::size_t words_of_block) : block_words_(words_of_block) {}
  Block take();  // whatever its words are
  Block zeros();
  Block copy_of(const std::uint64_t* words);

 private:
  struct Slab {
    explicit Slab(std::size_t count) : words(count) {}
    HugeArray<std::uint64_t> words;
    std::vector<std::uint64_t*> free = {};  // blocks
  };
  std::size_t block_words_;
  std::vector<std::shared_ptr<Slab>> slabs_;
};

}  // namespace wanamaker
