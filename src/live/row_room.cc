#include "live/row_room.h"

#include <algorithm>

namespace wanamaker {

RowRoom::Block RowRoom::take() {
  auto with_room = std::ranges::find_if(slabs_, [](const std::shared_ptr<Slab>& slab) { return !slab->free.empty(); });
  if (with_room == slabs_.end()) {
    const std::size_t blocks = std::max<std::size_t>(4 * kHugePageBytes / sizeof(std::uint64_t) / block_words_, 1);  // more than the two that huge pages begin with
    slabs_.push_back(std::make_shared<Slab>(blocks * block_words_));
    Slab& slab = *slabs_.back();
    for (std::size_t i = blocks; i > 0; --i) slab.free.push_back(slab.words.data() + (i - 1) * block_words_);
    with_room = slabs_.end() - 1;
  }
  const std::shared_ptr<Slab>& slab = *with_room;
  std::uint64_t* const words = slab->free.back();
  slab->free.pop_back();
  return {words, [slab](std::uint64_t* block) { slab->free.push_back(block); }};
}

RowRoom::Block RowRoom::zeros() {
  Block block = take();
  std::fill_n(block.get(), block_words_, 0);
  return block;
}

RowRoom::Block RowRoom::copy_of(const std::uint64_t* words) {
  Block block = take();
  std::copy_n(words, block_words_, block.get());
  return block;
}

}  // namespace wanamaker
