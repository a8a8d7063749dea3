#pragma once
// Values in records: one by one with a type tag, or a whole column of a batch at once (docs/reference/formats.md has the grammar).
// Key idea of a column: the type stands once, presence is a bitmap, then the present values follow without gaps.

#include "model/commands.h"
#include "base/bytes.h"

#include <cstddef>
#include <span>

namespace wanamaker {

// What a batch may hold, checked when it is written and again before anything is allocated for it.
inline constexpr std::size_t kBatchRowsMax = 1U << 20;
inline constexpr std::size_t kBatchColumnsMax = 4096;
inline constexpr std::size_t kBatchCellsMax = 1U << 22;        // rows × columns: 160 MiB of empty values
inline constexpr std::size_t kBatchTextBytesMax = 512U << 20;  // texts of a batch as they come out, repeated ones counted each time

// Shape: a missing value is one byte.
void write_value(ByteWriter& out, const Value& value);
Value read_value(ByteReader& in);

// All columns, one behind the other; each row has a value of each. A value of another type than the column's makes the column mixed.
void write_columns(ByteWriter& out, std::span<const BatchColumn> columns, std::span<const BatchRow> rows);
// Reads into rows whose `values` are there and missing. `text_bytes` counts towards kBatchTextBytesMax.
void read_column(ByteReader& in, ValueType type, std::span<BatchRow> rows, std::size_t index, std::size_t& text_bytes);

// A bitmap for rows, preceded by a byte that says whether it is needed: 0 none is set, 1 all are, 2 a bitmap follows.
class Presence {
 public:
  explicit Presence(std::size_t rows) : bits_((rows + 7) / 8), rows_(rows) {}
  void set(std::size_t row) {
    bits_[row / 8] = static_cast<std::uint8_t>(bits_[row / 8] | (1U << (row % 8)));
    ++present_;
  }
  bool test(std::size_t row) const { return all() || (present_ != 0 && ((bits_[row / 8] >> (row % 8)) & 1) != 0); }
  bool all() const { return present_ == rows_; }
  void write(ByteWriter& out) const;
  static Presence read(ByteReader& in, std::size_t rows);

 private:
  std::vector<std::uint8_t> bits_;
  std::size_t rows_;
  std::size_t present_ = 0;  // how many are set
};

}  // namespace wanamaker
