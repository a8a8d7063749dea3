#pragma once
// Short lists of eight-byte values, one a contact, in memory of their own. Key idea: a list has room for 1, 2, 3, 4, 6, 8, 12, 16, 24 …
// values; one that outgrows its room moves, and what it leaves is given to the next list of that room. Single-threaded.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace wanamaker {

class PromiseLists {
 public:
  struct List {
    std::uint32_t place = 0;
    std::uint32_t size : 26 = 0;
    std::uint32_t room : 6 = 0;  // which; 0: none, and no place
  };

  std::span<std::uint64_t> of(const List& list) { return {start(list), list.size}; }
  std::span<const std::uint64_t> of(const List& list) const { return {start(list), list.size}; }
  void append(List& list, std::uint64_t value);
  // The last one takes its place.
  void remove(List& list, std::size_t index);
  void fetch(const List& list) const {
    constexpr std::uint32_t kLine = 8;  // values of a line of the cache
    const std::uint64_t* const first = start(list);
    for (std::uint32_t i = 0; i < list.size + kLine - 1; i += kLine) __builtin_prefetch(first + std::min<std::uint32_t>(i, list.size - 1U));
  }
  std::size_t memory_bytes() const;

 private:
  static constexpr std::uint32_t kBlock = 65'536;  // values; a list with a larger room has a block of its own
  static std::uint32_t values_of(std::uint32_t room);
  std::uint64_t* start(const List& list) const { return list.room == 0 ? nullptr : blocks_[list.place / kBlock].get() + list.place % kBlock; }
  std::uint32_t take(std::uint32_t room);
  void give_back(std::uint32_t room, std::uint32_t place);

  std::vector<std::unique_ptr<std::uint64_t[]>> blocks_;
  std::vector<std::vector<std::uint32_t>> free_;  // places, by room
  std::uint32_t fill_block_ = 0;                  // where the next lists go
  std::uint32_t filled_ = kBlock;                 // values of that block
  std::size_t values_ = 0;                        // of all blocks
};

}  // namespace wanamaker
