#include "evaluate/population.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <numeric>

namespace wanamaker {
namespace {

std::uint64_t distance(std::int64_t from, std::int64_t to) { return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from); }

// How far distances are shifted so that there are at most 2^bits buckets.
unsigned shift_for(std::uint64_t range, unsigned bits) {
  const auto needed = static_cast<unsigned>(std::bit_width(range));
  return needed > bits ? needed - bits : 0;
}

// The first eight bytes, so that they order as the text does; equal ones tell nothing.
std::uint64_t head_of(std::string_view id) {
  std::array<char, 8> bytes{};
  std::memcpy(bytes.data(), id.data(), std::min(id.size(), bytes.size()));
  std::uint64_t head = 0;
  for (const char byte : bytes) head = head << 8 | static_cast<unsigned char>(byte);
  return head;
}

}  // namespace

void Population::clear(std::uint32_t ordinals) {
  const std::size_t shards = (ordinals + std::size_t{kShardContacts} - 1) / kShardContacts;
  bits_.assign(shards * kShardWords, 0);
  counts_.assign(shards, 0);
  bounds_.assign(shards, kNothing);
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
  Bounds found = kNothing;
  for (const std::int64_t* value = first; value < next; ++value) found = {std::min(found.least, *value), std::max(found.most, *value)};
  bounds_[shard] = found;
}

std::size_t Population::size() const { return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}); }

Population::Bounds Population::bounds() const {
  Bounds all = kNothing;
  for (const Bounds& of : bounds_) all = {std::min(all.least, of.least), std::max(all.most, of.most)};
  return all;
}

std::int64_t Population::value_at(std::size_t place) const {
  constexpr unsigned kBits = 12;
  const Bounds all = bounds();
  const unsigned shift = shift_for(distance(all.least, all.most), kBits);
  std::array<std::uint32_t, std::size_t{1} << kBits> counts{};
  for_each_value([&](std::int64_t value) { ++counts[distance(all.least, value) >> shift]; });
  std::size_t bucket = 0;
  for (; place >= counts[bucket]; ++bucket) place -= counts[bucket];
  if (shift == 0) return static_cast<std::int64_t>(static_cast<std::uint64_t>(all.least) + bucket);
  std::vector<std::int64_t> inside;
  inside.reserve(counts[bucket]);
  for_each_value([&](std::int64_t value) { if (distance(all.least, value) >> shift == bucket) inside.push_back(value); });
  std::ranges::nth_element(inside, inside.begin() + static_cast<std::ptrdiff_t>(place));
  return inside[place];
}

std::vector<Placed> Population::ascending() const {
  constexpr unsigned kBits = 16;
  std::vector<Placed> sorted(size());
  if (sorted.empty()) return sorted;
  const Bounds all = bounds();
  const unsigned shift = shift_for(distance(all.least, all.most), kBits);
  std::vector<std::uint32_t> ends((std::size_t{1} << kBits) + 1);
  for_each_value([&](std::int64_t value) { ++ends[(distance(all.least, value) >> shift) + 1]; });
  std::partial_sum(ends.begin(), ends.end(), ends.begin());  // where each bucket begins; filling it moves that to its end
  for_each([&](ContactOrdinal contact, std::int64_t value) { sorted[ends[distance(all.least, value) >> shift]++] = {value, contact}; });
  std::uint32_t begin = 0;
  for (std::size_t bucket = 0; bucket + 1 < ends.size() && shift > 0; ++bucket) {
    std::ranges::sort(sorted.begin() + begin, sorted.begin() + ends[bucket], {}, &Placed::value);
    begin = ends[bucket];
  }
  return sorted;
}

void part_by_ids(std::span<ContactOrdinal> contacts, std::span<const std::size_t> cuts, const Base& base) {
  struct Headed {
    std::uint64_t head;
    ContactOrdinal contact;
  };
  std::vector<Headed> headed(contacts.size());
  for (std::size_t i = 0; i < contacts.size(); ++i) headed[i] = {head_of(base.contact_id(contacts[i])), contacts[i]};
  const auto is_before = [&](const Headed& a, const Headed& b) { return a.head != b.head ? a.head < b.head : base.contact_id(a.contact) < base.contact_id(b.contact); };
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    if (cut > begin && cut < headed.size()) std::nth_element(headed.begin() + static_cast<std::ptrdiff_t>(begin), headed.begin() + static_cast<std::ptrdiff_t>(cut), headed.end(), is_before);
    begin = cut;
  }
  std::ranges::transform(headed, contacts.begin(), &Headed::contact);
}

}  // namespace wanamaker
