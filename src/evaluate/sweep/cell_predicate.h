#pragma once
// A comparison of one column with constants, made ready for whole chunks: ranges of values where the type has an order or the texts
// that match are known, a table of what each text or day gives where they are few, else the comparer on each value.
// Immutable but for the table, which fills as values are met; thread-safe. The environment and the node must outlive it.

#include "columns/set_planes.h"
#include "evaluate/compare.h"
#include "evaluate/sweep/chunk_ranges.h"

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace wanamaker {

class CellPredicate {
 public:
  // Shape: a compare node whose operands but the first are literals; the first has cells of `type`, or is `part` of them.
  // `unit`: how many of the cells' units make one of the literals' (milliseconds in a day, where the operand is in days).
  CellPredicate(const TypedExpression& node, ValueType type, std::optional<TimePart> part, const Environment& environment, std::int64_t unit = 1);
  // Whether a node has that shape behind its first operand.
  static bool has_constants(const TypedExpression& node);

  // Bits of the known rows below `rows` whose value passes; negation apart. Null is a chunk of missing values.
  void decide(const Chunk* chunk, std::uint32_t rows, const Kernels& kernels, RowMask& out) const;
  // The same for the values of a shard, all of one scale; `known` may be null.
  void decide(const std::int64_t* values, std::uint8_t scale, const ShardBits* known, const Kernels& kernels, ShardBits& out) const;
  // The same by the elements of a chunk's sets, where planes may tell; false where those of this chunk do not.
  bool planes_may_tell() const { return signature_tells_ || (form_ == Form::elements && node_.test == CoreTest::has_at_least); }
  bool decide(const SetPlanes::Planes& planes, RowMask& out) const;
  bool holds(const Cell& cell) const;
  // The one range of instants, or of whole numbers, that passes; nullopt where there is none, or not one alone.
  std::optional<BitsRange> only_range() const;
  // Whether a value takes no more than a look into a table; else it may take a pattern.
  bool is_quick() const { return form_ != Form::one_by_one; }

 private:
  enum class Form : std::uint8_t { known, ranges, table, days, hours, elements, one_by_one };
  enum class Truth : std::uint8_t { unasked, no, yes };
  using Ranges = std::vector<BitsRange>;

  void plan_numbers(std::int64_t unit);
  void plan_times();
  void plan_dates();
  void plan_texts();
  void plan_elements();
  void make_table(std::int64_t first, std::size_t size);
  bool table_holds(std::int64_t bits) const;
  bool elements_hold(const Cell& cell) const;
  void plan_signatures();
  struct Stretch {
    std::int64_t from = 0;
    std::uint64_t length = 0;
    bool holds = false;
  };
  bool instant_holds(std::int64_t ms, Zone::Period& period) const;
  Stretch stretch_of(std::int64_t ms, Zone::Period& period) const;
  void decide_table(const Chunk& chunk, std::uint32_t rows, RowMask& out) const;
  void decide_instants(const Chunk& chunk, std::uint32_t rows, RowMask& out) const;
  void decide_elements(const Chunk& chunk, std::uint32_t rows, RowMask& out) const;
  void count_elements(const Chunk& chunk, std::uint32_t rows, RowMask& out) const;
  const Ranges& ranges(std::uint8_t scale) const { return type_ == ValueType::number ? ranges_[scale] : ranges_[0]; }
  void decide_ranges(const Chunk& chunk, std::uint32_t rows, std::uint8_t scale, const Kernels& kernels, RowMask& out) const;

  const TypedExpression& node_;
  const Environment environment_;
  ValueType type_;
  std::optional<TimePart> part_;
  Comparer comparer_;
  Form form_ = Form::one_by_one;
  std::vector<Ranges> ranges_;   // numbers: by scale, 0 to 18; else one
  Ranges doubtful_;              // values that only the comparer decides: where clocks change near a midnight
  std::int64_t table_first_ = 0;
  ValueType table_type_;         // of what the table's places are: the cells' own, or days of their instants
  mutable std::vector<std::atomic<Truth>> table_;
  std::vector<std::vector<TextId>> wanted_;  // elements: for each literal, the texts that are equal to it
  std::uint64_t wanted_signature_ = 0;       // elements: what a set's signature has, any or all of it, if it is to pass
  bool signature_tells_ = false;             // and then it does
};

// Ids of the texts in the pool that equal a literal as the comparison means it, ascending.
// Cost: those texts; where accents are ignored, a walk over the pool.
std::vector<TextId> equal_texts(const TextPool& pool, std::span<const TextLiteral* const> literals, TextCompare compare);

}  // namespace wanamaker
