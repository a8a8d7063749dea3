#pragma once
// A shard of contacts as the operators of a sweep see it, and the memory that one thread works in.

#include "evaluate/subject.h"
#include "evaluate/sweep/bits.h"
#include "evaluate/sweep/kernels.h"

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

namespace wanamaker {

// State a contact of one shard, by its place in the shard; each operator makes it ready for itself. One a thread.
struct Scratch {
  alignas(64) std::array<std::uint8_t, kShardContacts> bytes;
  alignas(64) std::array<std::uint32_t, kShardContacts> counts;
  alignas(64) std::array<std::int64_t, kShardContacts> values;
  alignas(64) std::array<std::uint64_t, kShardContacts> words;
  std::vector<std::uint64_t> node_counts;  // contacts a node holds for, by the plan's numbers
};

struct Shard {
  const Environment& environment;
  const Kernels& kernels;
  Scratch& scratch;
  std::uint32_t first = 0;  // ordinal
  std::uint32_t count = 0;  // ordinals
  ShardBits living{};       // those that are contacts

  std::uint32_t number() const { return first / kShardContacts; }
};

// Decides one condition, or one part of it, for all contacts of a shard. Immutable; thread-safe.
class ShardOperator {
 public:
  ShardOperator() = default;
  ShardOperator(const ShardOperator&) = delete;
  ShardOperator& operator=(const ShardOperator&) = delete;
  virtual ~ShardOperator() = default;
  // Shape: bits of living contacts only.
  virtual void decide(Shard& shard, ShardBits& out) const = 0;
};
using OperatorPtr = std::unique_ptr<const ShardOperator>;

// No instant and no number of a column is as small.
inline constexpr std::int64_t kNoValue = std::numeric_limits<std::int64_t>::min() / 2;

// A whole number a contact of a shard, all of one scale.
struct ShardValues {
  std::int64_t* values = nullptr;  // kShardContacts; what is not known means nothing
  std::uint8_t scale = 0;
  bool all_known = false;
  ShardBits known{};
};

// Reads an operand as whole numbers for all contacts of a shard. Immutable; thread-safe.
class ShardReader {
 public:
  // No value's size, at that scale, exceeds the limit.
  ShardReader(std::uint8_t scale, std::int64_t limit) : scale_(scale), limit_(limit) {}
  ShardReader(const ShardReader&) = delete;
  ShardReader& operator=(const ShardReader&) = delete;
  virtual ~ShardReader() = default;
  // Shape: values lie in the shard's scratch until the next operator runs.
  virtual ShardValues read(Shard& shard) const = 0;
  std::uint8_t scale() const { return scale_; }
  std::int64_t limit() const { return limit_; }

 private:
  std::uint8_t scale_;
  std::int64_t limit_;
};
using ReaderPtr = std::unique_ptr<const ShardReader>;

}  // namespace wanamaker
