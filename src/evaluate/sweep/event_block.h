#pragma once
// The events of one chunk that a scan selected, and the ways to go through them. Good until the scan goes on.

#include "base/prefetch.h"
#include "columns/event_table.h"
#include "evaluate/sweep/bits.h"
#include "evaluate/sweep/kernels.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace wanamaker {

// Events of one chunk. Shape: rows are places in the chunk, whose first row of the table is `first_row`.
struct EventBlock {
  const EventTable& table;
  EventTypeId type;
  std::uint32_t chunk;
  std::uint32_t rows;           // places from here on hold nothing
  const std::uint8_t* owners;   // two bytes a row: owner_offset plus that is the contact's place in the shard, of selected rows
  std::int32_t owner_offset;
  const RowMask* selected;      // nullptr: all rows below `rows`
  std::uint32_t events;         // how many are selected

  std::uint32_t first_row() const { return chunk * Chunk::kRows; }
  const Chunk& times() const { return *table.columns().times.chunks().find(chunk); }
  // Calls take(row, owner's place in the shard) for each event.
  template <typename Take>
  void for_each(Take take) const {
    if (selected != nullptr) for_each_of(*selected, take);
    else for_each_before(rows, take);
  }
  // The same for some of the selected rows.
  template <typename Take>
  void for_each_of(const RowMask& some, Take take) const {
    const std::uint8_t* const from = owners;  // what is taken may be written to bytes, which the compiler thinks may be this block
    const std::int32_t offset = owner_offset;
    for_each_bit(some, [&](std::uint32_t row) {
      std::uint16_t code;
      std::memcpy(&code, from + std::size_t{row} * sizeof code, sizeof code);
      take(row, static_cast<std::uint32_t>(offset + code));
    });
  }
  // Calls take(row, owner's place in the shard, instant) for each event.
  template <typename Take>
  void for_each_at(Take take) const {
    with_instants(take, [&](auto taken) { for_each(taken); });
  }
  // The same for some of the selected rows. Their instants are asked for before: what is done with one often hangs on its value.
  template <typename Take>
  void for_each_at_of(const RowMask& some, Take take) const {
    const Chunk& instants = times();
    for_each_bit(some, [from = instants.codes(), width = instants.width()](std::uint32_t row) { fetch_line(from + std::size_t{row} * width); });
    with_instants(take, [&](auto taken) { for_each_of(some, taken); });
  }
  // What of an event is going to be read.
  enum class Reads : std::uint8_t { owners, instants };
  // Asks the processor for it, where few rows are selected: each lies by itself. Of many it knows what comes next.
  void fetch_few(Reads reads) const {
    if (!are_few()) return;
    const Chunk& instants = times();
    for_each_bit(*selected, [&](std::uint32_t row) {
      fetch_line(owners + std::size_t{row} * 2);
      if (reads == Reads::instants) fetch_line(instants.codes() + std::size_t{row} * instants.width());
    });
  }
  // The events whose owner's bit is set.
  RowMask find(const ShardBits& of, const Kernels& kernels) const {
    RowMask found{};
    if (are_few()) {
      for_each_of(*selected, [&](std::uint32_t row, std::uint32_t place) { found[row / 64] |= (of[place / 64] >> (place % 64) & 1) << (row % 64); });
      return found;
    }
    kernels.look_up(owners, rows, owner_offset, of.data(), found.data());
    if (selected != nullptr) intersect(found, *selected);
    return found;
  }

 private:
  // One row in so many is looked up by itself.
  bool are_few() const {
    constexpr std::uint32_t kFewInAll = 16;
    return selected != nullptr && events * kFewInAll < rows;
  }
  // Gives `each` something that reads the instant of a row and hands it on.
  template <typename Take, typename Each>
  void with_instants(Take take, Each each) const {
    const Chunk& instants = times();
    const std::uint8_t* const codes = instants.codes();
    const auto base = static_cast<std::uint64_t>(instants.base());
    const auto of_width = [&](auto sample) {
      each([&take, codes, base](std::uint32_t row, std::uint32_t place) {
        decltype(sample) code;
        std::memcpy(&code, codes + std::size_t{row} * sizeof code, sizeof code);
        take(row, place, static_cast<std::int64_t>(base + code));
      });
    };
    if (instants.width() == 4) of_width(std::uint32_t{});
    else if (instants.width() == 8) of_width(std::uint64_t{});
    else each([&](std::uint32_t row, std::uint32_t place) { take(row, place, instants.bits(row)); });
  }
  template <typename Take>
  void for_each_before(std::uint32_t end, Take take) const {
    const std::uint8_t* const from = owners;
    const std::int32_t offset = owner_offset;
    const auto place = [offset](std::uint64_t code) { return static_cast<std::uint32_t>(offset + static_cast<std::int32_t>(code & 0xFFFF)); };
    std::uint32_t row = 0;
    for (; row + 4 <= end; row += 4) {
      std::uint64_t four;  // read at once
      std::memcpy(&four, from + std::size_t{row} * 2, sizeof four);
      take(row, place(four));
      take(row + 1, place(four >> 16));
      take(row + 2, place(four >> 32));
      take(row + 3, place(four >> 48));
    }
    for (; row < end; ++row) {
      std::uint16_t code;
      std::memcpy(&code, from + std::size_t{row} * sizeof code, sizeof code);
      take(row, place(code));
    }
  }
};

}  // namespace wanamaker
