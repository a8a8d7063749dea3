#pragma once
// Those who are ranked, each with a whole number by which they are, and what a ranking asks of them without sorting all: the number at a
// place of the order, and the order itself where it is needed. Numbers order as the metric does; among equal ones ids by their ranks.
// Key idea: numbers are told apart by their distance from the least, in buckets, and only what falls into one bucket is looked at again.
// Several threads may read it at a time. What takes `run` shares its work out by that.

#include "columns/base.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace wanamaker {

// Calls work(piece) for each piece below `pieces`, several at a time or one after another.
using Pieces = std::function<void(std::uint32_t pieces, const std::function<void(std::uint32_t)>& work)>;
void run_in_turn(std::uint32_t pieces, const std::function<void(std::uint32_t)>& work);

// Where a place of the order lies: its value, how many values are less, and how many are equal.
struct ValuePlace {
  std::int64_t value;
  std::size_t less;
  std::size_t equal;
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
  void for_each(Visit visit) const { for (std::uint32_t shard = 0; shard < shards(); ++shard) for_each_of(shard, visit); }
  std::uint32_t shards() const { return static_cast<std::uint32_t>(counts_.size()); }
  // The same for those of one shard.
  template <typename Visit>
  void for_each_of(std::uint32_t shard, Visit visit) const {
    const std::int64_t* value = values_.data() + std::size_t{shard} * kShardContacts;
    for (std::uint32_t word = shard * kShardWords; word < (shard + 1) * kShardWords; ++word) {
      for (std::uint64_t rest = bits_[word]; rest != 0; rest &= rest - 1) visit(ContactOrdinal{word * 64 + static_cast<std::uint32_t>(std::countr_zero(rest))}, *value++);
    }
  }
  // Those of one shard for whom holds(contact, value), as bits by ordinal; words behind the end of `out` are left.
  template <typename Holds>
  void select(std::uint32_t shard, Holds holds, std::span<std::uint64_t> out) const {
    const std::int64_t* value = values_.data() + std::size_t{shard} * kShardContacts;
    const auto end = std::min<std::size_t>((shard + std::size_t{1}) * kShardWords, out.size());
    for (std::size_t word = std::size_t{shard} * kShardWords; word < end; ++word) {
      std::uint64_t found = 0;
      if (~bits_[word] == 0) {
        for (std::uint32_t place = 0; place < 64; ++place) found |= std::uint64_t{holds(ContactOrdinal{static_cast<std::uint32_t>(word * 64) + place}, value[place])} << place;
        value += 64;
      } else {
        for (std::uint64_t rest = bits_[word]; rest != 0; rest &= rest - 1) {
          const auto place = static_cast<std::uint32_t>(std::countr_zero(rest));
          found |= std::uint64_t{holds(ContactOrdinal{static_cast<std::uint32_t>(word * 64) + place}, *value++)} << place;
        }
      }
      out[word] = found;
    }
  }
  // Nothing for who is not in it.
  std::optional<std::int64_t> value_of(ContactOrdinal contact) const;
  // Those who come before a contact that has that value, the greatest first or the least; of equal ones by their ranks. Shape: ranks by ordinal.
  std::uint32_t count_before(std::int64_t value, ContactOrdinal contact, bool greatest_first, std::span<const std::uint32_t> ranks, const Pieces& run) const;
  // Of all values in ascending order those at some places, 0 first. Shape: places ascend and are below size(); one answer each.
  // Cost: a look at each value for each of a few places, mostly; two for any number.
  std::vector<ValuePlace> values_at(std::span<const std::size_t> places, const Pieces& run) const;
  // Of those who have a value, in order of their ranks, the ranks at some places.
  struct RanksAsked {
    std::int64_t value;
    std::vector<std::size_t> places;       // ascending, below the number of those who have it
    std::vector<std::uint32_t> found = {};  // one for each
  };
  // Shape: values differ; ranks by ordinal, all different and below their number. Cost: a look at each contact and a bit a rank for each value.
  void find_ranks(std::span<RanksAsked> asked, std::span<const std::uint32_t> ranks, const Pieces& run) const;
  // Where a tile begins: at a value, and of those who have it at a rank.
  struct TileStart {
    std::int64_t value;
    std::uint32_t rank;  // 0: all who have the value
  };
  // Each one's tile, 1 the first. Shape: starts of the second on, in any order; ranks by ordinal, or none where no start has
  // one; out by ordinal, those who are not in it left as they are.
  void put_tiles(std::span<const TileStart> starts, std::span<const std::uint32_t> ranks, std::span<std::uint32_t> out, const Pieces& run) const;
  // How many values are not above each contact's own. Shape: out by ordinal; those who are not in it are left as they are.
  // Cost: some 20 ns each; where there are threads, parts of it at a time.
  void count_not_above(std::span<std::uint32_t> out, const Pieces& run);

 private:
  static constexpr std::uint32_t kShardWords = kShardContacts / 64;
  std::span<const std::int64_t> values_of(std::uint32_t shard) const { return std::span(values_).subspan(std::size_t{shard} * kShardContacts, counts_[shard]); }
  template <typename Visit>
  void for_each_value_of(std::uint32_t shard, Visit visit) const {
    for (const std::int64_t value : values_of(shard)) visit(value);
  }

  std::vector<std::int64_t> sample(std::size_t wanted) const;
  std::optional<ValuePlace> value_by_sample(std::size_t place, std::span<const std::int64_t> sample, const Pieces& run) const;

  std::vector<std::uint64_t> bits_;    // whole shards
  std::vector<std::int64_t> values_;   // of each shard from its first ordinal on: one for each bit
  std::vector<std::uint32_t> counts_;  // by shard
  std::vector<std::int64_t> leasts_;   // by shard, of its values
  std::vector<std::int64_t> mosts_;
  struct Placed {
    std::int64_t value;
    ContactOrdinal contact;
  };
  static void sort_by_value(std::span<Placed> some);
  template <std::size_t kStarts>
  void put_tiles_by_keys(const std::array<std::uint64_t, kStarts>& starts, unsigned rank_bits, std::span<const std::uint32_t> ranks, std::span<std::uint32_t> out, const Pieces& run) const;
  std::vector<Placed> by_bucket_;      // the memory of count_not_above()
};

}  // namespace wanamaker
