#pragma once
// Rows by their owner: all rows of one owner side by side, in order of row. Made at once from the whole table. Immutable.

#include <cstdint>
#include <span>
#include <vector>

namespace wanamaker {

template <typename Row>
class GroupIndex {
 public:
  GroupIndex() = default;
  // Shape: for_each(visit) calls visit(row, owner) for every row that has an owner below `owners`, rows ascending, twice the same.
  template <typename ForEach>
  GroupIndex(std::uint32_t owners, ForEach for_each) : starts_(owners + std::size_t{1}) {
    for_each([&](std::uint32_t, std::uint32_t owner) { ++starts_[owner + std::size_t{1}]; });
    for (std::size_t i = 0; i < owners; ++i) starts_[i + 1] += starts_[i];
    rows_.resize(starts_.back());
    std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
    for_each([&](std::uint32_t row, std::uint32_t owner) { rows_[next[owner]++] = Row{row}; });
  }

  std::span<const Row> of(std::uint32_t owner) const {
    if (owner + std::size_t{1} >= starts_.size()) return {};
    return std::span(rows_).subspan(starts_[owner], starts_[owner + 1] - starts_[owner]);
  }

 private:
  std::vector<std::uint32_t> starts_;  // one more than owners
  std::vector<Row> rows_;
};

}  // namespace wanamaker
