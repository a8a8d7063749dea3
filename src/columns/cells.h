#pragma once
// Turns values into cells and back; owns what does not fit into a cell: texts, sets and locations, each distinct one once.
// Single writer; views and spans hold until the next write.

#include "columns/cell.h"
#include "columns/column.h"
#include "columns/set_signatures.h"
#include "columns/text_pool.h"
#include "model/value.h"

#include <span>
#include <vector>

namespace wanamaker {

// The columns behind a CellStore, as they are kept in pages. What is no longer used is an empty hole.
struct CellColumns {
  TextColumn texts;
  SetColumn sets;
  Column latitudes;
  Column longitudes;
  std::uint32_t text_count = 0;
  std::uint32_t set_count = 0;
  std::uint32_t location_count = 0;
};

class CellStore {
 public:
  Cell to_cell(const Value& value);
  Value to_value(const Cell& cell, ValueType type) const;
  // Equality as the language means it: texts by key, sets as sets of keys.
  bool equal(const Cell& a, const Cell& b, ValueType type) const;

  TextPool& texts() { return texts_; }
  const TextPool& texts() const { return texts_; }
  std::uint32_t sets() const { return set_count_; }
  std::uint32_t locations() const { return location_count_; }
  std::span<const TextId> set(const Cell& cell) const { return sets_.at(static_cast<std::uint32_t>(cell.bits)); }  // distinct by key
  const SetSignatures& signatures() const { return signatures_; }
  Location location(const Cell& cell) const;

  // Which texts, sets and locations something still refers to.
  struct Used {
    std::vector<bool> texts;
    std::vector<bool> sets;
    std::vector<bool> locations;
  };
  Used nothing_used() const { return {std::vector<bool>(texts_.size()), std::vector<bool>(set_count_), std::vector<bool>(location_count_)}; }
  // Drops the rest; elements of used sets are used too. How many were dropped.
  std::uint32_t collect(Used used);

  // ---- pages ----
  CellColumns columns() const;
  void saved(const CellColumns& image);
  std::optional<std::string> load(CellColumns columns);
  std::optional<std::string> broken_invariant() const;

 private:
  Cell set_cell(const TextSet& texts);
  Cell location_cell(const Location& location);
  Location location_at(std::uint32_t place) const;

  TextPool texts_;
  SetColumn sets_;  // first spelling kept
  std::uint32_t set_count_ = 0;
  HashIndex<std::uint32_t> by_set_;
  SetSignatures signatures_;
  Column latitudes_;
  Column longitudes_;
  std::uint32_t location_count_ = 0;
  HashIndex<std::uint32_t> by_location_;
};

}  // namespace wanamaker
