#pragma once
// A cell is one value as it is handed around: 16 bytes, its type known from the column. Columns keep it in 0 to 8 bytes (chunk.h).
//   text      TextId of the pool          number    mantissa and scale      boolean  0 or 1
//   date      days                        timestamp milliseconds            set      index of the sets
//   location  index of the locations
// A missing cell has bits 0 and scale 0.

#include "base/decimal.h"
#include "base/ids.h"

#include <cstdint>

namespace wanamaker {

struct Cell {
  std::int64_t bits = 0;
  std::uint8_t scale = 0;
  bool known = false;
  friend bool operator==(const Cell&, const Cell&) = default;
};

inline TextId text_id(const Cell& cell) { return {static_cast<std::uint32_t>(cell.bits)}; }
inline Decimal decimal(const Cell& cell) { return Decimal::from_parts(cell.bits, cell.scale); }

}  // namespace wanamaker
