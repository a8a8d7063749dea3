#include "live/row_room.h"

#include <algorithm>

namespace wanamaker {

RowRoom::Block RowRoom::take() {
  if (places_->free.empty()) {
    const std::size_t blocks = std::max<std::size_t>(2 * kHugePageBytes / sizeof(std::uint64_t) / places_->words, 1);
    HugeVector<std::uint64_t>& slab = places_->slabs.emplace_back(blocks * places_->words);
    for (std::size_t i = blocks; i > 0; --i) places_->free.push_back(slab.data() + (i - 1) * places_->words);
  }
  std::uint64_t* const words = places_->free.back();
  places_->free.pop_back();
  return {words, [places = places_](std::uint64_t* block) { places->free.push_back(block); }};
}

RowRoom::Block RowRoom::zeros() {
  Block block = take();
  std::fill_n(block.get(), places_->words, 0);
  return block;
}

RowRoom::Block RowRoom::copy_of(const std::uint64_t* words) {
  Block block = take();
  std::copy_n(words, places_->words, block.get());
  return block;
}

}  // namespace wanamaker
