#pragma once
// Raw rows that are asked for after their source has gone on: a row that is rejected goes to the rejects file cell by cell, and of most
// rows only the target's answer tells. Key idea: texts side by side in one piece of memory, since hardly any is asked for. Single-threaded.

#include "ingest/row_source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wanamaker {

class KeptRows {
 public:
  void add(const RawRow& row);
  // Empty again, with the memory that it had.
  void clear();
  std::size_t size() const { return rows_.size(); }
  std::size_t text_bytes() const { return texts_.size(); }
  // As it was added, but for its line, its fault and how its cells were written. The texts stand here.
  RawRow row(std::size_t index) const;

 private:
  struct Place {
    std::uint32_t begin;
    std::uint32_t size;
  };
  struct Row {
    std::uint64_t number;
    std::size_t first;  // of its places
  };
  std::string texts_;
  std::vector<Place> places_;  // one a cell
  std::vector<Row> rows_;
};

}  // namespace wanamaker
