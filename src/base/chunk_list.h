#pragma once
// A list of chunks that is copied on write, chunk by chunk, and knows which of them are not yet durable.
// Key idea: a copy of the list is an image. It costs one pointer a chunk; the writer clones a chunk before it changes one that an
// image still holds, so an image stays as it was. A chunk of an image that the list still points to was not changed since: that is
// how saved() tells what became clean, without clocks or counters.
// Single writer. Images may be read on other threads, but are made and released only on the writer's: then a use count of 1 cannot
// rise or fall while the writer looks at it.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace wanamaker {

template <typename Chunk>
class ChunkList {
 public:
  std::size_t size() const { return slots_.size(); }  // chunks beyond were never written
  // nullptr where nothing was written.
  const Chunk* find(std::size_t index) const { return index < slots_.size() ? slots_[index].chunk.get() : nullptr; }

  // The chunk, made or cloned where needed, to be changed now.
  Chunk& writable(std::size_t index) {
    if (index >= slots_.size()) slots_.resize(index + 1);
    Slot& slot = slots_[index];
    if (!slot.chunk) slot.chunk = std::make_shared<Chunk>();
    else if (slot.chunk.use_count() > 1) slot.chunk = std::make_shared<Chunk>(*slot.chunk);
    slot.is_dirty = true;
    ++slot.revision;
    return *slot.chunk;
  }
  // Changes with every writable(): who keeps something that was made from a chunk sees by it whether it still holds.
  std::uint32_t revision(std::size_t index) const { return index < slots_.size() ? slots_[index].revision : 0; }
  // The chunk is gone; its page, where it has one, is no longer named.
  void drop(std::size_t index) {
    if (index < slots_.size()) slots_[index] = {.chunk = nullptr, .is_dirty = false, .revision = slots_[index].revision + 1};
  }
  // A chunk as it was loaded; nullptr for none. Clean once loaded() is called.
  void place(std::size_t index, std::shared_ptr<Chunk> chunk) {
    if (!chunk) return;
    if (index >= slots_.size()) slots_.resize(index + 1);
    slots_[index].chunk = std::move(chunk);
  }

  // Whether the page of these chunks has to be written: one was changed, or the page was not there when the list was last saved.
  bool is_dirty(std::size_t first, std::size_t count) const {
    if (first >= saved_chunks_) return true;
    for (std::size_t i = first; i < std::min(first + count, slots_.size()); ++i) if (slots_[i].is_dirty) return true;
    return false;
  }
  // The image is durable, as a list of that many chunks, unwritten ones counted.
  void saved(const ChunkList& image, std::size_t chunks) {
    for (std::size_t i = 0; i < std::min(slots_.size(), image.slots_.size()); ++i) {
      if (slots_[i].chunk == image.slots_[i].chunk) slots_[i].is_dirty = false;
    }
    saved_chunks_ = std::max(saved_chunks_, chunks);
  }
  void loaded(std::size_t chunks) { saved_chunks_ = chunks; }

 private:
  struct Slot {
    std::shared_ptr<Chunk> chunk;  // shared with images only
    bool is_dirty = false;
    std::uint32_t revision = 1;
  };
  std::vector<Slot> slots_;
  std::size_t saved_chunks_ = 0;
};

}  // namespace wanamaker
