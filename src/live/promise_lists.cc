#include "live/promise_lists.h"

#include "base/check.h"

#include <algorithm>

namespace wanamaker {

// 1, 2, 3, 4, 6, 8, 12, 16, 24 …
std::uint32_t PromiseLists::values_of(std::uint32_t room) {
  if (room <= 2) return room;
  return room % 2 == 1 ? 3U << ((room - 3) / 2) : 4U << ((room - 4) / 2);
}

void PromiseLists::append(List& list, std::uint64_t value) {
  if (list.size == values_of(list.room)) {
    List larger{.place = take(list.room + 1), .size = list.size, .room = (list.room + 1U) & 63U};
    std::ranges::copy(of(list), start(larger));
    if (list.room != 0) give_back(list.room, list.place);
    list = larger;
  }
  start(list)[list.size] = value;
  ++list.size;
}

void PromiseLists::remove(List& list, std::size_t index) {
  std::uint64_t* values = start(list);
  values[index] = values[list.size - 1];
  --list.size;
  if (list.room < 2 || list.size > values_of(list.room - 2)) return;  // it keeps the room, unless that is far too large
  List smaller{.place = take(list.room - 1), .size = list.size, .room = (list.room - 1U) & 63U};
  std::copy_n(values, list.size, start(smaller));
  give_back(list.room, list.place);
  list = smaller;
}

std::uint32_t PromiseLists::take(std::uint32_t room) {
  if (room == 0) return 0;
  if (room >= free_.size()) free_.resize(room + std::size_t{1});
  if (!free_[room].empty()) {
    const std::uint32_t place = free_[room].back();
    free_[room].pop_back();
    return place;
  }
  const std::uint32_t values = values_of(room);
  CHECK(blocks_.size() < 65'535, "four thousand million promises do not fit into memory");
  if (values > kBlock) {
    blocks_.push_back(std::make_unique_for_overwrite<std::uint64_t[]>(values));
    values_ += values;
    return static_cast<std::uint32_t>(blocks_.size() - 1) * kBlock;
  }
  if (filled_ + values > kBlock) {
    fill_block_ = static_cast<std::uint32_t>(blocks_.size());
    blocks_.push_back(std::make_unique_for_overwrite<std::uint64_t[]>(kBlock));
    filled_ = 0;
    values_ += kBlock;
  }
  const std::uint32_t place = fill_block_ * kBlock + filled_;
  filled_ += values;
  return place;
}

void PromiseLists::give_back(std::uint32_t room, std::uint32_t place) {
  if (room >= free_.size()) free_.resize(room + std::size_t{1});
  free_[room].push_back(place);
}

std::size_t PromiseLists::memory_bytes() const {
  std::size_t bytes = values_ * sizeof(std::uint64_t);
  for (const auto& places : free_) bytes += places.capacity() * sizeof(std::uint32_t);
  return bytes;
}

}  // namespace wanamaker
