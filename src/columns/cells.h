#pragma once
// A cell is one value as a column keeps it: 16 bytes, its type known from the column.
//   text      TextId of the pool          number    mantissa and scale      boolean  0 or 1
//   date      days                        timestamp milliseconds            set      index of sets()
//   location  index of locations()
// Columns are lists of chunks; a chunk never moves.

#include "columns/text_pool.h"
#include "model/value.h"

#include <array>
#include <memory>
#include <vector>

namespace wanamaker {

struct Cell {
  std::int64_t bits = 0;
  std::uint8_t scale = 0;
  bool known = false;
};

// Turns values into cells and back; owns what does not fit into a cell.
class CellStore {
 public:
  Cell to_cell(const Value& value);
  Value to_value(const Cell& cell, ValueType type) const;
  // Equality as the language means it: texts by key, sets as sets of keys.
  bool equal(const Cell& a, const Cell& b, ValueType type) const;

  TextPool& texts() { return texts_; }
  const TextPool& texts() const { return texts_; }
  const std::vector<TextId>& set(const Cell& cell) const { return sets_[static_cast<std::size_t>(cell.bits)]; }
  const Location& location(const Cell& cell) const { return locations_[static_cast<std::size_t>(cell.bits)]; }

 private:
  TextPool texts_;
  std::vector<std::vector<TextId>> sets_;  // distinct by key, first spelling kept
  std::vector<Location> locations_;
};

inline TextId text_id(const Cell& cell) { return {static_cast<std::uint32_t>(cell.bits)}; }
inline Decimal decimal(const Cell& cell) { return Decimal::from_parts(cell.bits, cell.scale); }

// One attribute, property or field, by row. Rows beyond the end are missing.
class Column {
 public:
  const Cell& at(std::uint32_t row) const {
    static constexpr Cell kMissing{};
    const std::size_t chunk = row / kChunk;
    return chunk < chunks_.size() && chunks_[chunk] ? (*chunks_[chunk])[row % kChunk] : kMissing;
  }
  void set(std::uint32_t row, const Cell& cell) {
    const std::size_t chunk = row / kChunk;
    if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
    if (!chunks_[chunk]) {
      if (!cell.known) return;
      chunks_[chunk] = std::make_unique<std::array<Cell, kChunk>>();
    }
    (*chunks_[chunk])[row % kChunk] = cell;
  }

 private:
  static constexpr std::size_t kChunk = 4096;
  std::vector<std::unique_ptr<std::array<Cell, kChunk>>> chunks_;  // null: all missing
};

// The columns of one table, by AttributeId.
class ColumnSet {
 public:
  const Cell& at(AttributeId attribute, std::uint32_t row) const {
    static constexpr Cell kMissing{};
    return attribute.value < columns_.size() ? columns_[attribute.value].at(row) : kMissing;
  }
  void set(AttributeId attribute, std::uint32_t row, const Cell& cell) {
    if (attribute.value >= columns_.size()) columns_.resize(attribute.value + 1);
    columns_[attribute.value].set(row, cell);
  }

 private:
  std::vector<Column> columns_;
};

}  // namespace wanamaker
