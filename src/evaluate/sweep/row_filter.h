#pragma once
// A filter of events, record fields or attributes over the rows of one table, a chunk at a time. Tests of a column against constants
// run over its codes; what is left of the filter is asked for each row that is still in question.
// Immutable; thread-safe. The environment and the node must outlive it.

#include "evaluate/sweep/cell_predicate.h"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace wanamaker {

// Where a filter's rows lie.
struct FilteredTable {
  std::function<const Column*(const TypedPath&)> column;  // of a path; nullptr: the table lacks it, and all values are missing
  std::function<bool(const TypedPath&)> has;              // whether the path reads this table's rows at all
  const Column* owners = nullptr;                         // ContactOrdinal of each row, where each has one contact
  // Asks the batch operators about rows of a chunk, negation apart. Shape: rows are places in it; leaves those in `rows` that pass.
  std::function<void(const TypedExpression&, std::uint32_t chunk, RowMask& rows)> ask;
};

class RowFilter {
 public:
  RowFilter(const TypedExpression& node, const FilteredTable& table, const Environment& environment);

  // Takes out of `rows`, places in that chunk, those that do not pass.
  void apply(std::uint32_t chunk, const Kernels& kernels, RowMask& rows) const;
  // Whether codes alone tell, some nanoseconds a row at most.
  bool is_by_column() const { return cost_ == Cost::column; }
  // Asks the processor for what apply() is sure to read of a chunk: headers first, and once these are there, codes.
  void fetch_headers(std::uint32_t chunk) const;
  void fetch_codes(std::uint32_t chunk) const;

 private:
  enum class Form : std::uint8_t { all_of, any_of, at_least_of, inverse, constant, test, owner_test, asked };

  enum class Cost : std::uint8_t { column, owner, asked };  // of a row
  static Cost cost(const RowFilter& filter) { return filter.cost_; }

  void apply_positive(std::uint32_t chunk, const Kernels& kernels, RowMask& rows) const;
  bool look_up_owners(const Chunk& owners, const Kernels& kernels, RowMask& passed) const;
  void apply_to_owners(std::uint32_t chunk, const Kernels& kernels, RowMask& rows) const;
  void find_owners(const Kernels& kernels) const;
  void apply_at_least(std::uint32_t chunk, const Kernels& kernels, RowMask& rows) const;

  const TypedExpression* node_;
  const FilteredTable* table_;
  Cost cost_ = Cost::column;
  Form form_ = Form::asked;
  std::vector<RowFilter> children_;
  const Column* column_ = nullptr;   // test: of the rows; owner_test: of contacts
  std::unique_ptr<CellPredicate> test_;
  // owner_test: whom it holds for, by ordinal; made for all at the first row where the test is quick.
  struct Owners {
    std::once_flag once;
    std::vector<std::uint64_t> bits;
  };
  std::unique_ptr<Owners> owners_;
};

// The test of one column that a node is, where it is one: which path, and which part of its values.
struct UnaryTest {
  const TypedPath* path;
  std::optional<TimePart> part;
};
std::optional<UnaryTest> unary_test(const TypedExpression& node);

}  // namespace wanamaker
