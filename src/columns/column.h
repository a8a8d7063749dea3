#pragma once
// One attribute, property or field, by row, in chunks of 4,096 values. Rows beyond the end are missing.
// Single writer; a copy is an image (base/chunk_list.h).

#include "base/chunk_list.h"
#include "base/prefetch.h"
#include "columns/chunk.h"

#include <vector>

namespace wanamaker {

inline std::size_t chunks_of(std::uint32_t rows) { return (std::size_t{rows} + Chunk::kRows - 1) / Chunk::kRows; }

class Column {
 public:
  Cell at(std::uint32_t row) const {
    const Chunk* chunk = chunks_.find(row / Chunk::kRows);
    return chunk == nullptr ? Cell{} : chunk->at(row % Chunk::kRows);
  }
  void set(std::uint32_t row, const Cell& cell) {
    if (!cell.known && !at(row).known) return;
    chunks_.writable(row / Chunk::kRows).set(row % Chunk::kRows, cell);
  }
  // The processor is asked for the code of a row.
  void fetch(std::uint32_t row) const {
    const Chunk* chunk = chunks_.find(row / Chunk::kRows);
    if (chunk != nullptr) fetch_line(chunk->codes() + std::size_t{row % Chunk::kRows} * chunk->width());
  }
  const ChunkList<Chunk>& chunks() const { return chunks_; }
  ChunkList<Chunk>& chunks() { return chunks_; }
  void saved(const Column& image, std::uint32_t rows) { chunks_.saved(image.chunks_, chunks_of(rows)); }

 private:
  ChunkList<Chunk> chunks_;
};

// A number that is an ordinal, a place or a choice.
inline Cell whole_cell(std::int64_t bits) { return {.bits = bits, .known = true}; }

// The columns of one table, by AttributeId.
class ColumnSet {
 public:
  Cell at(AttributeId attribute, std::uint32_t row) const {
    return attribute.value < columns_.size() ? columns_[attribute.value].at(row) : Cell{};
  }
  void set(AttributeId attribute, std::uint32_t row, const Cell& cell) {
    if (attribute.value >= columns_.size()) columns_.resize(attribute.value + 1);
    columns_[attribute.value].set(row, cell);
  }
  // Clears a row in every column.
  void clear(std::uint32_t row) {
    for (Column& column : columns_) column.set(row, {});
  }
  // The columns by id, at least as many as the schema has.
  std::vector<Column>& all(std::uint32_t attributes) {
    if (columns_.size() < attributes) columns_.resize(attributes);
    return columns_;
  }
  const std::vector<Column>& all() const { return columns_; }
  void saved(const ColumnSet& image, std::uint32_t rows) {
    if (columns_.size() < image.columns_.size()) columns_.resize(image.columns_.size());
    for (std::size_t i = 0; i < image.columns_.size(); ++i) columns_[i].saved(image.columns_[i], rows);
  }

 private:
  std::vector<Column> columns_;
};

// Calls visit(row, bits) for each known row. Cost: a few cycles a row.
template <typename Visit>
void for_each_known(const Column& column, Visit visit) {
  Chunk::Values values;
  for (std::size_t i = 0; i < column.chunks().size(); ++i) {
    const Chunk* chunk = column.chunks().find(i);
    if (chunk == nullptr) continue;
    chunk->read_all(values);
    const auto first = static_cast<std::uint32_t>(i * Chunk::kRows);
    const bool all = !chunk->has_missing();
    for (std::uint32_t row = 0; row < chunk->size(); ++row) if (all || chunk->is_known(row)) visit(first + row, values[row]);
  }
}

}  // namespace wanamaker
