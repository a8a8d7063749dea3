#pragma once
// Texts of one column of a batch, each distinct text written once. Key idea: the dictionary is never written by itself; a text
// that comes for the first time stands in place and becomes the next entry, on both sides alike.
//   text = varint 0, varint length, bytes | varint n (the n-th distinct text of this column, from 1)
// Both classes are single-threaded.

#include "base/bytes.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

namespace wanamaker {

class TextWriter {
 public:
  // The texts must outlive the writer. So many distinct ones are expected.
  explicit TextWriter(ByteWriter& out, std::size_t texts = 0) : out_(out), slots_(std::bit_ceil(std::max(2 * texts, kSlotsFirst))) {}
  void write(std::string_view text);

 private:
  static constexpr std::size_t kSlotsFirst = 64;  // most columns of a batch have few distinct texts

  struct Slot {
    std::uint32_t code = 0;  // 0: free
    std::uint32_t hash = 0;  // upper bits, so that most unequal texts are told apart without looking at them
  };
  void grow();

  ByteWriter& out_;
  std::vector<std::string_view> entries_;
  std::uint32_t last_ = 0;   // the code written last, 0: none; many columns have runs of one text
  std::vector<Slot> slots_;  // open addressing; the size is a power of two, at most half is taken
};

class TextReader {
 public:
  explicit TextReader(ByteReader& in) : in_(in) {}
  // A view into the reader's bytes; empty after a fault.
  std::string_view read() {
    const std::uint64_t code = in_.varint();
    if (code == 0) return entries_.emplace_back(in_.text());
    if (code > entries_.size()) {
      in_.refuse("a text refers to an entry that is not there");
      return {};
    }
    return entries_[code - 1];
  }

 private:
  ByteReader& in_;
  std::vector<std::string_view> entries_;
};

}  // namespace wanamaker
