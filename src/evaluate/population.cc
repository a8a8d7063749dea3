#include "evaluate/population.h"

#include "evaluate/counting_sort.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <utility>

namespace wanamaker {
namespace {

std::uint64_t distance(std::int64_t from, std::int64_t to) { return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from); }

// Buckets that grow with the distance from the least: 64 for each power of two, one for each of the first 128 distances. So a few large
// values do not crowd the many small ones into one.
constexpr std::size_t kBuckets = 4096;
constexpr std::size_t kExact = 128;
std::size_t bucket_of(std::uint64_t distance) {
  constexpr unsigned kKept = 7;  // bits
  const auto width = static_cast<unsigned>(std::bit_width(distance));
  const unsigned shift = width > kKept ? width - kKept : 0;
  return shift * std::size_t{64} + static_cast<std::size_t>(distance >> shift);
}

using Counts = std::array<std::uint32_t, kBuckets>;

// Pieces are shared out among so many, whose counts are added up.
constexpr std::uint32_t kGroups = 8;
std::uint32_t groups_of(std::uint32_t pieces) { return std::min(pieces, kGroups); }

// Calls work(group, piece) for all pieces, the groups several at a time and each one's pieces ascending. Pieces of a later group are later.
template <typename Work>
void run_groups(std::uint32_t pieces, const Pieces& run, Work work) {
  const std::uint32_t groups = groups_of(pieces);
  run(groups, [&](std::uint32_t group) {
    const auto begin = [&](std::uint32_t of) { return static_cast<std::uint32_t>(std::uint64_t{pieces} * of / groups); };
    for (std::uint32_t piece = begin(group); piece < begin(group + 1); ++piece) work(group, piece);
  });
}

// What fell into one bucket.
struct Inside {
  std::vector<std::int64_t> values;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();

  void push_back(std::int64_t value) {
    values.push_back(value);
    least = std::min(least, value);
  }
  void add(const Inside& more) {
    values.insert(values.end(), more.values.begin(), more.values.end());
    least = std::min(least, more.least);
  }
};

// Goes through them again and again. A type of its own, since find_places() asks itself with it.
struct EachInside {
  const Inside& inside;
  template <typename Visit>
  void operator()(std::uint32_t, Visit visit) const { std::ranges::for_each(inside.values, visit); }
};

// The values at some places of an ascending order, for anything that can be gone through more than once. Shape: for_each_of(piece, visit) calls
// visit(value) for each value of a piece; none is less than `least`; places ascend.
template <typename ForEachOf>
std::vector<ValuePlace> find_places(std::span<const std::size_t> places, std::int64_t least, std::uint32_t pieces, const Pieces& run, ForEachOf for_each_of) {
  std::vector<Counts> counts(groups_of(pieces));
  run_groups(pieces, run, [&](std::uint32_t group, std::uint32_t piece) {
    Counts& mine = counts[group];
    for_each_of(piece, [&](std::int64_t value) { ++mine[bucket_of(distance(least, value))]; });
  });
  for (std::size_t group = 1; group < counts.size(); ++group) for (std::size_t i = 0; i < kBuckets; ++i) counts[0][i] += counts[group][i];
  std::vector<ValuePlace> found;
  std::vector<std::size_t> buckets;  // of each place
  std::size_t bucket = 0;
  std::size_t less = 0;
  for (const std::size_t place : places) {
    for (; place >= less + counts[0][bucket]; ++bucket) less += counts[0][bucket];
    buckets.push_back(bucket);
    found.push_back({static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + bucket), less, counts[0][bucket]});
  }
  Counts inside_of{};  // by bucket, from 1 on
  std::uint32_t insides = 0;
  for (const std::size_t wanted : buckets) if (wanted >= kExact && inside_of[wanted] == 0) inside_of[wanted] = ++insides;
  if (insides == 0) return found;
  std::vector<std::vector<Inside>> by_group(groups_of(pieces), std::vector<Inside>(insides));
  run_groups(pieces, run, [&](std::uint32_t group, std::uint32_t piece) {
    std::vector<Inside>& mine = by_group[group];
    for_each_of(piece, [&](std::int64_t value) { if (const std::uint32_t number = inside_of[bucket_of(distance(least, value))]; number != 0) mine[number - 1].push_back(value); });
  });
  for (std::size_t i = 0; i < places.size();) {
    if (buckets[i] < kExact) {
      ++i;
      continue;
    }
    Inside inside;
    for (const std::vector<Inside>& of_group : by_group) inside.add(of_group[inside_of[buckets[i]] - 1]);
    std::vector<std::size_t> inner;
    for (std::size_t k = i; k < places.size() && buckets[k] == buckets[i]; ++k) inner.push_back(places[k] - found[i].less);
    for (const ValuePlace& place : find_places(inner, inside.least, 1, run_in_turn, EachInside{inside})) {
      found[i] = {place.value, found[i].less + place.less, place.equal};
      ++i;
    }
  }
  return found;
}

}  // namespace

void run_in_turn(std::uint32_t pieces, const std::function<void(std::uint32_t)>& work) {
  for (std::uint32_t piece = 0; piece < pieces; ++piece) work(piece);
}

void Population::clear(std::uint32_t ordinals) {
  const std::size_t shards = (ordinals + std::size_t{kShardContacts} - 1) / kShardContacts;
  bits_.assign(shards * kShardWords, 0);
  counts_.assign(shards, 0);
  leasts_.assign(shards, std::numeric_limits<std::int64_t>::max());
  values_.resize(shards * kShardContacts);
}

void Population::put_shard(std::uint32_t shard, std::span<const std::uint64_t> bits, const std::int64_t* values) {
  std::ranges::copy(bits, bits_.begin() + std::ptrdiff_t{shard} * kShardWords);
  std::int64_t* const first = values_.data() + std::size_t{shard} * kShardContacts;
  std::int64_t* next = first;
  for (std::size_t word = 0; word < bits.size(); ++word) {
    if (~bits[word] == 0) {
      next = std::copy_n(values + word * 64, 64, next);
      continue;
    }
    for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) *next++ = values[word * 64 + static_cast<std::size_t>(std::countr_zero(rest))];
  }
  counts_[shard] = static_cast<std::uint32_t>(next - first);
  leasts_[shard] = first == next ? std::numeric_limits<std::int64_t>::max() : *std::min_element(first, next);
}

std::size_t Population::size() const { return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}); }

std::vector<ValuePlace> Population::values_at(std::span<const std::size_t> places, const Pieces& run) const {
  if (places.empty()) return {};
  return find_places(places, std::ranges::min(leasts_), shards(), run, [&](std::uint32_t shard, auto visit) { for_each_value_of(shard, visit); });
}

void Population::find_ranks(std::span<RanksAsked> asked, std::span<const std::uint32_t> ranks, const Pieces& run) const {
  std::vector<std::vector<std::vector<std::uint32_t>>> there(asked.size(), std::vector<std::vector<std::uint32_t>>(shards()));
  run_groups(shards(), run, [&](std::uint32_t, std::uint32_t shard) {
    if (asked.size() == 1) there[0][shard].reserve(counts_[shard]);
    for_each_of(shard, [&](ContactOrdinal contact, std::int64_t value) {
      for (std::size_t i = 0; i < asked.size(); ++i) if (value == asked[i].value) there[i][shard].push_back(ranks[contact.value]);
    });
  });
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto each = [&](std::uint32_t shard, auto visit) { for (const std::uint32_t rank : there[i][shard]) visit(rank); };
    for (const ValuePlace& place : find_places(asked[i].places, 0, shards(), run, each)) asked[i].found.push_back(static_cast<std::uint32_t>(place.value));
  }
}

// A bucket that no tile begins in tells the tile.
void Population::put_tiles(std::span<const TileStart> starts, std::span<const std::uint32_t> ranks, std::span<std::uint32_t> out, const Pieces& run) const {
  const std::int64_t least = std::ranges::min(leasts_);
  constexpr std::uint8_t kLook = 0;
  std::array<std::uint8_t, kBuckets> tiles;
  tiles.fill(1);
  const auto begins_with = [](const TileStart& start, std::size_t bucket) { return bucket < kExact && start.rank == 0; };
  for (const TileStart& start : starts) {
    const std::size_t bucket = bucket_of(distance(least, start.value));
    for (std::size_t i = bucket + (begins_with(start, bucket) ? 0 : 1); i < kBuckets; ++i) ++tiles[i];
  }
  for (const TileStart& start : starts) if (const std::size_t bucket = bucket_of(distance(least, start.value)); !begins_with(start, bucket)) tiles[bucket] = kLook;
  run_groups(shards(), run, [&](std::uint32_t, std::uint32_t shard) {
    for_each_of(shard, [&](ContactOrdinal contact, std::int64_t value) {
      std::uint32_t tile = tiles[bucket_of(distance(least, value))];
      if (tile == kLook) {
        const std::uint32_t rank = ranks.empty() ? 0 : ranks[contact.value];
        tile = 1;
        for (const TileStart& start : starts) tile += value > start.value || (value == start.value && rank >= start.rank) ? 1 : 0;
      }
      out[contact.value] = tile;
    });
  });
}

void Population::sort_by_value(std::span<Placed> some) {
  constexpr std::size_t kFew = 256;
  const auto by_comparing = [&] { std::ranges::sort(some, {}, &Placed::value); };
  if (some.size() < kFew) return by_comparing();
  const auto [least, most] = std::ranges::minmax(some, {}, &Placed::value);
  const auto place_bits = static_cast<unsigned>(std::bit_width(some.size()));
  const auto value_bits = static_cast<unsigned>(std::bit_width(distance(least.value, most.value)));
  if (place_bits + value_bits > 64) return by_comparing();
  std::vector<std::uint64_t> keys(some.size());
  for (std::size_t i = 0; i < some.size(); ++i) keys[i] = distance(least.value, some[i].value) << place_bits | i;
  sort_by_counting(keys, place_bits, place_bits + value_bits);
  std::vector<Placed> sorted(some.size());
  std::ranges::transform(keys, sorted.begin(), [&](std::uint64_t key) { return some[key & ((std::uint64_t{1} << place_bits) - 1)]; });
  std::ranges::copy(sorted, some.begin());
}

// Who lies in a bucket of one value knows the answer by the bucket's end; the other buckets are sorted.
void Population::count_not_above(std::span<std::uint32_t> out, const Pieces& run) {
  const std::int64_t least = std::ranges::min(leasts_);
  std::vector<Counts> next(groups_of(shards()));
  run_groups(shards(), run, [&](std::uint32_t group, std::uint32_t shard) {
    Counts& mine = next[group];
    for_each_value_of(shard, [&](std::int64_t value) { ++mine[bucket_of(distance(least, value))]; });
  });
  std::array<std::uint32_t, kBuckets + 1> starts{};
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    starts[bucket + 1] = starts[bucket];
    for (Counts& of_group : next) starts[bucket + 1] += std::exchange(of_group[bucket], starts[bucket + 1]);
  }
  if (by_bucket_.size() < starts.back()) by_bucket_.resize(starts.back());
  run_groups(shards(), run, [&](std::uint32_t group, std::uint32_t shard) {
    Counts& mine = next[group];
    for_each_of(shard, [&](ContactOrdinal contact, std::int64_t value) {
      const std::size_t bucket = bucket_of(distance(least, value));
      if (bucket < kExact) out[contact.value] = starts[bucket + 1];
      else by_bucket_[mine[bucket]++] = {value, contact};
    });
  });
  run(kBuckets - kExact, [&](std::uint32_t number) {
    const std::size_t bucket = kExact + number;
    const auto of = std::span(by_bucket_).subspan(starts[bucket], starts[bucket + 1] - starts[bucket]);
    sort_by_value(of);
    for (std::size_t i = 0, end = 0; i < of.size(); ++i) {
      for (; end < of.size() && of[end].value == of[i].value; ++end) {}
      out[of[i].contact.value] = starts[bucket] + static_cast<std::uint32_t>(end);
    }
  });
}

}  // namespace wanamaker
