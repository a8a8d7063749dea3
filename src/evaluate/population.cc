#include "evaluate/population.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

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

// What fell into one bucket.
struct Inside {
  std::vector<std::int64_t> values;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();

  void push_back(std::int64_t value) {
    values.push_back(value);
    least = std::min(least, value);
  }
};

// Goes through values again and again.
struct EachInside {
  const Inside& inside;
  template <typename Visit>
  void operator()(Visit visit) const { std::ranges::for_each(inside.values, visit); }
};

// The values at some places of an ascending order, for anything that can be gone through more than once. Shape: for_each(visit) calls
// visit(value) for each value; none is less than `least`; places ascend.
template <typename ForEach>
std::vector<ValuePlace> find_places(std::span<const std::size_t> places, std::int64_t least, ForEach for_each) {
  std::array<std::uint32_t, kBuckets> counts{};
  for_each([&](std::int64_t value) { ++counts[bucket_of(distance(least, value))]; });
  std::vector<ValuePlace> found;
  std::vector<std::size_t> buckets;  // of each place
  std::size_t bucket = 0;
  std::size_t less = 0;
  for (const std::size_t place : places) {
    for (; place >= less + counts[bucket]; ++bucket) less += counts[bucket];
    buckets.push_back(bucket);
    found.push_back({static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + bucket), less, counts[bucket]});
  }
  std::vector<Inside> insides;
  std::array<std::uint32_t, kBuckets> inside_of{};  // by bucket, from 1 on
  for (const std::size_t wanted : buckets) {
    if (wanted < kExact || inside_of[wanted] != 0) continue;
    insides.emplace_back().values.reserve(counts[wanted]);
    inside_of[wanted] = static_cast<std::uint32_t>(insides.size());
  }
  if (insides.empty()) return found;
  for_each([&](std::int64_t value) {
    if (const std::uint32_t number = inside_of[bucket_of(distance(least, value))]; number != 0) insides[number - 1].push_back(value);
  });
  for (std::size_t i = 0; i < places.size();) {
    if (buckets[i] < kExact) {
      ++i;
      continue;
    }
    const Inside& inside = insides[inside_of[buckets[i]] - 1];
    std::vector<std::size_t> inner;
    for (std::size_t k = i; k < places.size() && buckets[k] == buckets[i]; ++k) inner.push_back(places[k] - found[i].less);
    for (const ValuePlace& place : find_places(inner, inside.least, EachInside{inside})) {
      found[i] = {place.value, found[i].less + place.less, place.equal};
      ++i;
    }
  }
  return found;
}

}  // namespace

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
    for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) *next++ = values[word * 64 + static_cast<std::size_t>(std::countr_zero(rest))];
  }
  counts_[shard] = static_cast<std::uint32_t>(next - first);
  leasts_[shard] = first == next ? std::numeric_limits<std::int64_t>::max() : *std::min_element(first, next);
}

std::size_t Population::size() const { return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}); }

std::vector<ValuePlace> Population::values_at(std::span<const std::size_t> places) const {
  if (places.empty()) return {};
  return find_places(places, std::ranges::min(leasts_), [&](auto visit) { for_each_value(visit); });
}

// For each value a bit for each rank that is there; the bits are counted up to each place.
void Population::find_ranks(std::span<RanksAsked> asked, std::span<const std::uint32_t> ranks) const {
  std::vector<std::vector<std::uint64_t>> there(asked.size(), std::vector<std::uint64_t>((ranks.size() + 63) / 64));
  for_each([&](ContactOrdinal contact, std::int64_t value) {
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (value != asked[i].value) continue;
      there[i][ranks[contact.value] / 64] |= std::uint64_t{1} << (ranks[contact.value] % 64);
    }
  });
  for (std::size_t i = 0; i < asked.size(); ++i) {
    std::size_t before = 0;
    std::size_t word = 0;
    const auto in_word = [&] { return static_cast<std::size_t>(std::popcount(there[i][word])); };
    for (const std::size_t place : asked[i].places) {
      for (; before + in_word() <= place; ++word) before += in_word();
      std::uint64_t bits = there[i][word];
      for (std::size_t k = before; k < place; ++k) bits &= bits - 1;
      asked[i].found.push_back(static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }
}

// Who lies in a bucket of one value knows the answer by the bucket's end; the other buckets are sorted.
void Population::count_not_above(std::span<std::uint32_t> out, const Pieces& run) {
  const std::int64_t least = std::ranges::min(leasts_);
  std::array<std::uint32_t, kBuckets + 1> starts{};
  for_each_value([&](std::int64_t value) { ++starts[bucket_of(distance(least, value)) + 1]; });
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  if (by_bucket_.size() < starts.back()) by_bucket_.resize(starts.back());
  std::array<std::uint32_t, kBuckets> next{};
  std::copy_n(starts.begin(), kBuckets, next.begin());
  for_each([&](ContactOrdinal contact, std::int64_t value) {
    const std::size_t bucket = bucket_of(distance(least, value));
    if (bucket < kExact) out[contact.value] = starts[bucket + 1];
    else by_bucket_[next[bucket]++] = {value, contact};
  });
  run(kBuckets - kExact, [&](std::uint32_t number) {
    const std::size_t bucket = kExact + number;
    const auto of = std::span(by_bucket_).subspan(starts[bucket], starts[bucket + 1] - starts[bucket]);
    std::ranges::sort(of, {}, &Placed::value);
    for (std::size_t i = 0, end = 0; i < of.size(); ++i) {
      for (; end < of.size() && of[end].value == of[i].value; ++end) {}
      out[of[i].contact.value] = starts[bucket] + static_cast<std::uint32_t>(end);
    }
  });
}

}  // namespace wanamaker
