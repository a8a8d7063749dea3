#pragma once
// The values of a property of events, at one scale, with the events' owners.

#include "evaluate/sweep/event_scan.h"
#include "evaluate/sweep/scaling.h"

#include <cstdint>
#include <cstring>

namespace wanamaker {

// Bits of all rows of a chunk at a scale.
inline void read_scaled(const Chunk& chunk, std::uint8_t scale, Chunk::Values& values) {
  chunk.read_all(values);
  if (const auto one = chunk.scale()) {
    if (const std::int64_t factor = power_of_ten(static_cast<unsigned>(scale - *one)); factor != 1) {
      // A missing row's bits mean nothing and may wrap.
      for (std::uint32_t i = 0; i < chunk.size(); ++i) values[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(values[i]) * static_cast<std::uint64_t>(factor));
    }
    return;
  }
  for (std::uint32_t i = 0; i < chunk.size(); ++i) {
    const Cell cell = chunk.at(i);
    values[i] = cell.known ? cell.bits * power_of_ten(static_cast<unsigned>(scale - cell.scale)) : 0;
  }
}

// Calls take(owner's place, value at a scale) for each event of a block whose value is known. Values are read where they lie if they
// can be; `values` is memory for the others.
template <typename Take>
void for_each_value(const EventBlock& block, const Chunk& chunk, std::uint8_t scale, Chunk::Values& values, Take take) {
  const bool all = chunk.size() >= block.rows && !chunk.has_missing();
  if (const auto one = chunk.scale(); one && all && chunk.dictionary().empty() && chunk.width() > 0) {
    const auto factor = static_cast<std::uint64_t>(power_of_ten(static_cast<unsigned>(scale - *one)));
    const std::uint64_t base = static_cast<std::uint64_t>(chunk.base()) * factor;  // may wrap, and back
    const std::uint8_t* codes = chunk.codes();
    const auto of_width = [&](auto sample) {
      using Code = decltype(sample);
      block.for_each([&take, codes, base, factor](std::uint32_t row, std::uint32_t owner) {
        Code code;
        std::memcpy(&code, codes + std::size_t{row} * sizeof code, sizeof code);
        take(owner, static_cast<std::int64_t>(base + code * factor));
      });
    };
    switch (chunk.width()) {
      case 1: return of_width(std::uint8_t{});
      case 2: return of_width(std::uint16_t{});
      case 4: return of_width(std::uint32_t{});
      default: return of_width(std::uint64_t{});
    }
  }
  read_scaled(chunk, scale, values);
  if (all) block.for_each([&](std::uint32_t row, std::uint32_t owner) { take(owner, values[row]); });
  else block.for_each([&](std::uint32_t row, std::uint32_t owner) { if (chunk.is_known(row)) take(owner, values[row]); });
}

// The chunk that holds the property of a block's events; nullptr where they have none.
inline const Chunk* property_chunk(const EventBlock& block, const TypedPath& property) {
  const auto& attribute = property.by_event[block.type.value];
  const auto& columns = block.table.columns().properties.all();
  return attribute && attribute->value < columns.size() ? columns[attribute->value].chunks().find(block.chunk) : nullptr;
}

}  // namespace wanamaker
