#include "ingest/kept_rows.h"

#include "base/check.h"

#include <limits>

namespace wanamaker {

void KeptRows::add(const RawRow& row) {
  rows_.push_back({.number = row.number, .first = places_.size()});
  const std::size_t begin = texts_.size();
  texts_.append(row.text);
  for (const RowCell& cell : row.cells) {
    std::size_t at = texts_.size();
    if (row.text.empty()) texts_.append(cell.text);
    else at = begin + static_cast<std::size_t>(cell.text.data() - row.text.data());
    places_.push_back({.begin = static_cast<std::uint32_t>(at), .size = static_cast<std::uint32_t>(cell.text.size())});
  }
  CHECK(texts_.size() <= std::numeric_limits<std::uint32_t>::max(), "rows are kept for one chunk, whose bytes are limited");
}

void KeptRows::clear() {
  texts_.clear();
  places_.clear();
  rows_.clear();
}

RawRow KeptRows::row(std::size_t index) const {
  RawRow row{.number = rows_[index].number};
  const std::size_t end = index + 1 < rows_.size() ? rows_[index + 1].first : places_.size();
  for (std::size_t i = rows_[index].first; i < end; ++i) row.cells.push_back({.text = std::string_view(texts_).substr(places_[i].begin, places_[i].size)});
  return row;
}

}  // namespace wanamaker
