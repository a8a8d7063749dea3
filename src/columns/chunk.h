#pragma once
// Up to 4,096 values of one column. Key idea: a value is a base plus a code of 0, 1, 2, 4 or 8 bytes, the same width for the whole
// chunk; a value that does not fit widens it. Where that would take more than a byte and the values are few, a code of one byte is the
// value's place in a dictionary, which ascends: codes are ordered as values are. A dictionary is made when a chunk is loaded or becomes
// full, and given up for the first value that it lacks. Presence and scales cost nothing while all rows are known and of one scale.
// The bytes of encode() are a function of the values alone, not of how they came (docs/reference/formats.md has the grammar).
// Single-threaded while written; an immutable one may be read by many.

#include "base/bytes.h"
#include "columns/cell.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace wanamaker {

class Chunk {
 public:
  static constexpr std::uint32_t kRows = 4096;
  using Values = std::array<std::int64_t, kRows>;

  Cell at(std::uint32_t row) const {
    if (!is_known(row)) return {};
    return {.bits = bits(row), .scale = scales_.empty() ? scale_ : scales_[row], .known = true};
  }
  bool is_known(std::uint32_t row) const { return row < size_ && (present_.empty() || ((present_[row / 64] >> (row % 64)) & 1) != 0); }
  // The bits of a row below size(); those of a missing row mean nothing.
  std::int64_t bits(std::uint32_t row) const {
    if (!dictionary_.empty()) return dictionary_[codes_[row]];
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(base_) + code(row));
  }
  // A missing cell leaves nothing of the value that was there.
  void set(std::uint32_t row, const Cell& cell);
  // The same as set() of each of the rows from `row` on, all known and of one scale. Cost: less than that.
  void set_all(std::uint32_t row, std::span<const std::int64_t> bits, std::uint8_t scale);

  std::uint32_t size() const { return size_; }    // rows from here on are missing
  std::uint32_t known() const { return known_; }  // how many rows are known
  bool has_missing() const { return known_ != size_; }
  // The bits of rows 0 … size() − 1; those of missing rows mean nothing. Cost: a few cycles a row.
  void read_all(Values& values) const;
  struct Bounds {
    std::int64_t least;
    std::int64_t most;
  };
  std::optional<Bounds> bounds() const;   // of the bits of known rows
  // Bounds that may be too wide after rows were overwritten or cleared. Nothing is in them while no row is known. Cost: none.
  Bounds loose_bounds() const { return loose_; }
  // Codes as they lie in memory: size() × width() bytes; the value is dictionary()[code], or where that is empty base() + code, modulo 2^64.
  const std::uint8_t* codes() const { return codes_.data(); }
  std::uint8_t width() const { return width_; }
  std::int64_t base() const { return base_; }
  std::span<const std::int64_t> dictionary() const { return dictionary_; }
  // One bit a row of size(); nullptr while all are known.
  const std::uint64_t* presence() const { return present_.empty() ? nullptr : present_.data(); }
  std::uint8_t most_scale() const;  // none of a known row is larger
  // The scale of every known row, where they have one.
  std::optional<std::uint8_t> scale() const { return scales_.empty() ? std::optional(scale_) : std::nullopt; }
  // Whether a row may have a scale other than 0.
  bool has_scales() const { return scale_ != 0 || !scales_.empty(); }
  std::size_t memory_bytes() const { return sizeof *this + codes_.capacity() + present_.capacity() * 8 + scales_.capacity() + dictionary_.capacity() * 8; }

  void encode(ByteWriter& out) const;
  // Trusts nothing: at most one chunk is allocated, and after a fault of the reader the chunk means nothing.
  static Chunk decode(ByteReader& in);

 private:
  std::uint64_t code(std::uint32_t row) const {
    const std::uint8_t* from = codes_.data() + std::size_t{row} * width_;
    switch (width_) {
      case 1: return *from;
      case 2: return read<std::uint16_t>(from);
      case 4: return read<std::uint32_t>(from);
      case 8: return read<std::uint64_t>(from);
      default: return 0;  // width 0: every known row has the base's value
    }
  }
  template <typename Code>
  static std::uint64_t read(const std::uint8_t* from) {
    Code code;
    std::memcpy(&code, from, sizeof code);
    return code;
  }
  bool fits(std::int64_t bits) const {
    if (!dictionary_.empty()) return std::ranges::binary_search(dictionary_, bits);
    return width_ == 8 || ((static_cast<std::uint64_t>(bits) - static_cast<std::uint64_t>(base_)) >> (8 * width_)) == 0;
  }
  void append(std::int64_t bits);
  void append_all(std::span<const std::int64_t> bits);
  bool continues_at(std::uint32_t row, std::uint8_t scale) const { return row == size_ && known_ == size_ && known_ != 0 && scales_.empty() && scale == scale_; }
  void reserve_codes(std::size_t bytes);
  void write_codes(std::span<const std::int64_t> values, std::uint8_t* to) const;  // where no dictionary is
  void write_code(std::uint32_t row, std::int64_t bits);
  void grow(std::uint32_t size);
  void list_presence();
  void clear(std::uint32_t row);
  void widen(std::uint32_t row, std::int64_t bits);
  void fill(const Values& values, Bounds bounds);
  void make_dictionary(const Values& values);
  void finish(std::uint32_t row);
  std::uint64_t code_of(std::int64_t bits) const;
  void write_presence(ByteWriter& out, std::uint32_t rows) const;
  void write_scales(ByteWriter& out, std::uint32_t rows) const;
  void read_presence(ByteReader& in);
  void read_scales(ByteReader& in);
  void read_codes(ByteReader& in);

  // What at() reads comes first: it lies in two cache lines.
  std::uint32_t size_ = 0;
  std::uint32_t known_ = 0;
  std::uint8_t width_ = 0;                // of a code, in bytes
  std::uint8_t scale_ = 0;                // of all known rows, while scales_ is empty
  std::int64_t base_ = 0;
  std::vector<std::uint8_t> codes_;       // size_ × width_ bytes; 0 where missing
  std::vector<std::uint64_t> present_;    // one bit a row; empty while all are known
  std::vector<std::int64_t> dictionary_;  // ascending, at most 256, width_ is 1 and base_ the first; or empty
  std::vector<std::uint8_t> scales_;      // one a row, or empty
  Bounds loose_{0, -1};
};

}  // namespace wanamaker
