#pragma once
// Those who are ranked, each with a whole number by which they are, and what a ranking asks of them without sorting all: the number at a
// place of the order, and the order itself where it is needed. Numbers order as the metric does; ids are compared only by those who ask.
// Key idea: numbers are told apart by their distance from the least, in buckets, and only what falls into one bucket is sorted.

#include "columns/base.h"

#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace wanamaker {

struct Placed {
  std::int64_t value;
  ContactOrdinal contact;
};

class Population {
 public:
  // Room for contacts of so many ordinals; nobody is in it. Memory is kept from one use to the next.
  void clear(std::uint32_t ordinals);
  // The contacts of one shard; several threads may put a shard each at a time. Shape: a bit a place of the shard, and at values[place] the
  // number of each that is set.
  void put_shard(std::uint32_t shard, std::span<const std::uint64_t> bits, const std::int64_t* values);

  std::size_t size() const;
  std::span<const std::uint64_t> bits() const { return bits_; }  // by ordinal
  // Shape: visit(contact, value), ascending by contact.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t shard = 0; shard < counts_.size(); ++shard) {
      const std::int64_t* value = values_.data() + std::size_t{shard} * kShardContacts;
      for (std::uint32_t word = shard * kShardWords; word < (shard + 1) * kShardWords; ++word) {
        for (std::uint64_t rest = bits_[word]; rest != 0; rest &= rest - 1) visit(ContactOrdinal{word * 64 + static_cast<std::uint32_t>(std::countr_zero(rest))}, *value++);
      }
    }
  }
  // The value at a place, 0 first, of all values in ascending order. Cost: two looks at each value, mostly.
  std::int64_t value_at(std::size_t place) const;
  // All by value; equal ones in any order. Cost: some 20 ns each.
  std::vector<Placed> ascending() const;

 private:
  static constexpr std::uint32_t kShardWords = kShardContacts / 64;
  struct Bounds {
    std::int64_t least;
    std::int64_t most;
  };
  static constexpr Bounds kNothing{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
  Bounds bounds() const;
  template <typename Visit>
  void for_each_value(Visit visit) const {
    for (std::uint32_t shard = 0; shard < counts_.size(); ++shard) {
      const std::int64_t* values = values_.data() + std::size_t{shard} * kShardContacts;
      for (std::uint32_t i = 0; i < counts_[shard]; ++i) visit(values[i]);
    }
  }

  std::vector<std::uint64_t> bits_;    // whole shards
  std::vector<std::int64_t> values_;   // of each shard from its first ordinal on: one for each bit
  std::vector<std::uint32_t> counts_;  // by shard
  std::vector<Bounds> bounds_;         // by shard, of its values
};

// Puts contacts into an order in which those before each cut have lesser ids than those behind it. Shape: cuts ascend.
// Cost: linear a cut; ids of eight equal bytes and more are compared in full.
void part_by_ids(std::span<ContactOrdinal> contacts, std::span<const std::size_t> cuts, const Base& base);

}  // namespace wanamaker
