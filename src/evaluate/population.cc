#include "evaluate/population.h"

#include "evaluate/counting_sort.h"

#include <algorithm>
#include <array>
#include <cmath>
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
  std::vector<std::array<Counts, 2>> by_turns(groups_of(pieces));  // two each: adding to what was just added to would wait
  run_groups(pieces, run, [&](std::uint32_t group, std::uint32_t piece) {
    std::array<Counts, 2>& mine = by_turns[group];
    std::size_t turn = 0;
    for_each_of(piece, [&](std::int64_t value) { ++mine[turn ^= 1][bucket_of(distance(least, value))]; });
  });
  Counts counts{};
  for (const std::array<Counts, 2>& of_group : by_turns) for (const Counts& some : of_group) for (std::size_t i = 0; i < kBuckets; ++i) counts[i] += some[i];
  std::vector<ValuePlace> found;
  std::vector<std::size_t> buckets;  // of each place
  std::size_t bucket = 0;
  std::size_t less = 0;
  for (const std::size_t place : places) {
    for (; place >= less + counts[bucket]; ++bucket) less += counts[bucket];
    buckets.push_back(bucket);
    found.push_back({static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + bucket), less, counts[bucket]});
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
  mosts_.assign(shards, std::numeric_limits<std::int64_t>::min());
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
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::int64_t most = std::numeric_limits<std::int64_t>::min();
  for (const std::int64_t* value = first; value != next; ++value) {
    least = std::min(least, *value);
    most = std::max(most, *value);
  }
  leasts_[shard] = least;
  mosts_[shard] = most;
}

std::size_t Population::size() const { return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}); }

std::optional<std::int64_t> Population::value_of(ContactOrdinal contact) const {
  const std::size_t shard = contact.value / kShardContacts;
  const std::size_t word = contact.value / 64;
  if (word >= bits_.size() || (bits_[word] >> (contact.value % 64) & 1) == 0) return std::nullopt;
  std::size_t before = static_cast<std::size_t>(std::popcount(bits_[word] & ((std::uint64_t{1} << (contact.value % 64)) - 1)));
  for (std::size_t i = shard * kShardWords; i < word; ++i) before += static_cast<std::size_t>(std::popcount(bits_[i]));
  return values_[shard * kShardContacts + before];
}

std::uint32_t Population::count_before(std::int64_t value, ContactOrdinal contact, bool greatest_first, std::span<const std::uint32_t> ranks, const Pieces& run) const {
  std::vector<std::uint32_t> counts(shards());
  run_groups(shards(), run, [&](std::uint32_t, std::uint32_t shard) {
    std::uint32_t count = 0;
    bool has_equals = false;
    for_each_value_of(shard, [&](std::int64_t other) {
      count += static_cast<std::uint32_t>(greatest_first ? other > value : other < value);
      has_equals |= other == value;
    });
    if (has_equals) for_each_of(shard, [&](ContactOrdinal one, std::int64_t other) { count += static_cast<std::uint32_t>(other == value) & static_cast<std::uint32_t>(ranks[one.value] < ranks[contact.value]); });
    counts[shard] = count;
  });
  return std::accumulate(counts.begin(), counts.end(), std::uint32_t{0});
}

// Every so many-th value, in order.
std::vector<std::int64_t> Population::sample(std::size_t wanted) const {
  std::vector<std::int64_t> some;
  const std::size_t step = size() / wanted;
  std::size_t next = step / 2;  // of the values behind those of the shards before
  for (std::uint32_t shard = 0; shard < shards(); ++shard) {
    for (; next < counts_[shard]; next += step) some.push_back(values_[std::size_t{shard} * kShardContacts + next]);
    next -= counts_[shard];
  }
  std::ranges::sort(some);
  return some;
}

// A sample tells between which two values the place lies with hardly a doubt: the others are only counted.
std::optional<ValuePlace> Population::value_by_sample(std::size_t place, std::span<const std::int64_t> sample, const Pieces& run) const {
  const double share = static_cast<double>(place) / static_cast<double>(size());
  const auto in_sample = static_cast<double>(sample.size());
  constexpr double kDeviations = 3.5;
  const double middle = share * in_sample;
  const double margin = 2 + kDeviations * std::sqrt(in_sample * share * (1 - share));
  const std::int64_t low = middle < margin ? std::ranges::min(leasts_) : sample[static_cast<std::size_t>(middle - margin)];
  const std::int64_t high = middle + margin >= in_sample ? std::ranges::max(mosts_) : sample[static_cast<std::size_t>(middle + margin)];
  struct Part {
    std::size_t below = 0;
    std::size_t at_low = 0;
    std::size_t at_high = 0;
    std::vector<std::int64_t> between;

    void add(const Part& more) {
      below += more.below;
      at_low += more.at_low;
      at_high += more.at_high;
      between.insert(between.end(), more.between.begin(), more.between.end());
    }
  };
  std::vector<Part> parts(groups_of(shards()));
  run_groups(shards(), run, [&](std::uint32_t group, std::uint32_t shard) {
    // What is counted stays in registers: nothing else is called between.
    std::array<std::int64_t, 1024> between;
    const std::uint64_t span = distance(low, high);
    const std::span<const std::int64_t> values = values_of(shard);
    for (std::size_t first = 0; first < values.size(); first += between.size()) {
      std::size_t below = 0;
      std::size_t at_low = 0;
      std::size_t at_high = 0;
      std::size_t found = 0;
      for (const std::int64_t value : values.subspan(first, std::min(between.size(), values.size() - first))) {
        const std::uint64_t above = distance(low, value);  // great where it is below
        below += value < low ? 1 : 0;
        at_low += above == 0 ? 1 : 0;
        at_high += above == span ? 1 : 0;
        between[found] = value;
        found += static_cast<std::size_t>(above > 0) & static_cast<std::size_t>(above < span);
      }
      Part& part = parts[group];
      part.below += below;
      part.at_low += at_low;
      part.at_high += at_high;
      part.between.insert(part.between.end(), between.begin(), between.begin() + static_cast<std::ptrdiff_t>(found));
    }
  });
  Part all;
  for (const Part& part : parts) all.add(part);
  if (low == high) all.at_high = 0;  // they are those at `low`
  if (place < all.below) return std::nullopt;
  if (place < all.below + all.at_low) return ValuePlace{low, all.below, all.at_low};
  const std::size_t before = all.below + all.at_low;
  if (place >= before + all.between.size()) {
    if (place >= before + all.between.size() + all.at_high) return std::nullopt;
    return ValuePlace{high, before + all.between.size(), all.at_high};
  }
  const auto wanted = all.between.begin() + static_cast<std::ptrdiff_t>(place - before);
  std::ranges::nth_element(all.between, wanted);
  const auto less = static_cast<std::size_t>(std::count_if(all.between.begin(), wanted, [&](std::int64_t value) { return value < *wanted; }));
  return ValuePlace{*wanted, before + less, static_cast<std::size_t>(std::ranges::count(all.between, *wanted))};
}

std::vector<ValuePlace> Population::values_at(std::span<const std::size_t> places, const Pieces& run) const {
  if (places.empty()) return {};
  constexpr std::size_t kFew = 4;           // a look at all for each
  constexpr std::size_t kSampled = 4096;
  if (places.size() <= kFew && size() >= 16 * kSampled) {
    const std::vector<std::int64_t> some = sample(kSampled);
    std::vector<ValuePlace> found;
    for (const std::size_t place : places) {
      const auto value = value_by_sample(place, some, run);
      if (!value) break;
      found.push_back(*value);
    }
    if (found.size() == places.size()) return found;
  }
  return find_places(places, std::ranges::min(leasts_), shards(), run, [&](std::uint32_t shard, auto visit) { for_each_value_of(shard, visit); });
}

// Ranks differ, so that those of some contacts are a set of bits.
void Population::find_ranks(std::span<RanksAsked> asked, std::span<const std::uint32_t> ranks, const Pieces& run) const {
  const std::size_t words = (ranks.size() + 63) / 64;
  const std::int64_t least = std::ranges::min(leasts_);
  std::array<bool, kBuckets> is_asked{};  // some value of the bucket
  for (const RanksAsked& one : asked) is_asked[bucket_of(distance(least, one.value))] = true;
  std::vector<std::vector<std::uint64_t>> there(groups_of(shards()));
  const auto put_one = [&](std::uint32_t shard, std::uint64_t* mine) {
    for_each_of(shard, [mine, ranks, wanted = asked[0].value](ContactOrdinal contact, std::int64_t value) {
      const std::uint32_t rank = ranks[contact.value];
      mine[rank / 64] |= std::uint64_t{value == wanted} << (rank % 64);
    });
  };
  const auto put_all = [&](std::uint32_t shard, std::uint64_t* mine) {
    for_each_of(shard, [&](ContactOrdinal contact, std::int64_t value) {
      if (!is_asked[bucket_of(distance(least, value))]) return;
      const auto of = std::ranges::find(asked, value, &RanksAsked::value);
      const std::uint32_t rank = ranks[contact.value];
      if (of != asked.end()) mine[static_cast<std::size_t>(of - asked.begin()) * words + rank / 64] |= std::uint64_t{1} << (rank % 64);
    });
  };
  run_groups(shards(), run, [&](std::uint32_t group, std::uint32_t shard) {
    if (there[group].empty()) there[group].resize(asked.size() * words);
    if (asked.size() == 1) put_one(shard, there[group].data());
    else put_all(shard, there[group].data());
  });
  run(static_cast<std::uint32_t>(asked.size()), [&](std::uint32_t number) {
    RanksAsked& of = asked[number];
    std::size_t before = 0;  // those of the words before
    for (std::size_t word = 0; word < words && of.found.size() < of.places.size(); ++word) {
      std::uint64_t bits = 0;
      for (const std::vector<std::uint64_t>& some : there) if (!some.empty()) bits |= some[number * words + word];
      const auto here = static_cast<std::size_t>(std::popcount(bits));
      for (; of.found.size() < of.places.size() && of.places[of.found.size()] < before + here;) {
        std::uint64_t rest = bits;
        for (std::size_t skip = of.places[of.found.size()] - before; skip > 0; --skip) rest &= rest - 1;
        of.found.push_back(static_cast<std::uint32_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(rest))));
      }
      before += here;
    }
  });
}

template <std::size_t kStarts>
void Population::put_tiles_by_keys(const std::array<std::uint64_t, kStarts>& starts, unsigned rank_bits, std::span<const std::uint32_t> ranks, std::span<std::uint32_t> out, const Pieces& run) const {
  const std::int64_t least = std::ranges::min(leasts_);
  run_groups(shards(), run, [&](std::uint32_t, std::uint32_t shard) {
    const std::array<std::uint64_t, kStarts> mine = starts;  // of its own, so that what is written is known not to change them
    for_each_of(shard, [mine, least, rank_bits, ranks = ranks.data(), out = out.data()](ContactOrdinal contact, std::int64_t value) {
      const std::uint64_t key = distance(least, value) << rank_bits | (ranks == nullptr ? 0 : ranks[contact.value]);
      std::uint32_t tile = 1;
      for (const std::uint64_t start : mine) tile += start <= key ? 1 : 0;
      out[contact.value] = tile;
    });
  });
}

// Where a value and a rank go into one number, that orders as the two do.
void Population::put_tiles(std::span<const TileStart> starts, std::span<const std::uint32_t> ranks, std::span<std::uint32_t> out, const Pieces& run) const {
  constexpr std::size_t kFew = 4;
  constexpr std::size_t kMost = 9;
  const std::int64_t least = std::ranges::min(leasts_);
  const auto rank_bits = static_cast<unsigned>(std::bit_width(ranks.size()));
  if (starts.size() <= kMost && rank_bits + static_cast<unsigned>(std::bit_width(distance(least, std::ranges::max(mosts_)))) < 64) {
    std::array<std::uint64_t, kMost> keys;
    keys.fill(std::numeric_limits<std::uint64_t>::max());  // no contact comes after it
    for (std::size_t i = 0; i < starts.size(); ++i) keys[i] = distance(least, starts[i].value) << rank_bits | starts[i].rank;
    if (starts.size() > kFew) return put_tiles_by_keys<kMost>(keys, rank_bits, ranks, out, run);
    std::array<std::uint64_t, kFew> few;
    std::copy_n(keys.begin(), kFew, few.begin());
    return put_tiles_by_keys<kFew>(few, rank_bits, ranks, out, run);
  }
  run_groups(shards(), run, [&](std::uint32_t, std::uint32_t shard) {
    for_each_of(shard, [&](ContactOrdinal contact, std::int64_t value) {
      const std::uint32_t rank = ranks.empty() ? 0 : ranks[contact.value];
      out[contact.value] = 1 + static_cast<std::uint32_t>(std::ranges::count_if(starts, [&](const TileStart& start) { return value > start.value || (value == start.value && rank >= start.rank); }));
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
