#pragma once
// Room for blocks of words, all of one size, that lie together in huge pages. A block goes back to the room when its last owner lets go of
// it, and the room goes when that was its last block. Blocks are taken and let go by one thread; others may read them.

#include "base/huge_pages.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace wanamaker {

class RowRoom {
 public:
  using Block = std::shared_ptr<std::uint64_t[]>;
  explicit RowRoom(std::size_t words_of_block) : places_(std::make_shared<Places>(words_of_block)) {}
  Block zeros();
  Block copy_of(const std::uint64_t* words);

 private:
  struct Places {
    explicit Places(std::size_t words_of_block) : words(words_of_block) {}
    std::size_t words;                              // of a block
    std::vector<HugeVector<std::uint64_t>> slabs = {};
    std::vector<std::uint64_t*> free = {};
  };
  Block take();

  std::shared_ptr<Places> places_;
};

}  // namespace wanamaker
