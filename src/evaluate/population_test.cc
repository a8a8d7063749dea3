// What a population answers against a plain sort, with values that many share, that lie far apart, and that are negative.

#include "evaluate/population.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>

namespace wanamaker {
namespace {

constexpr std::uint32_t kPeople = kShardContacts + 500;

struct Placed {
  std::int64_t value;
  ContactOrdinal contact;
};

// The value of each who is in, by contact.
std::vector<Placed> fill(Population& population, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const std::uint64_t range = std::array<std::uint64_t, 4>{3, 5'000, 10'000'000, ~std::uint64_t{0}}[seed % 4];
  std::vector<Placed> people;
  population.clear(kPeople);
  for (std::uint32_t shard = 0; shard * kShardContacts < kPeople; ++shard) {
    std::vector<std::uint64_t> bits(kShardContacts / 64);
    std::vector<std::int64_t> values(kShardContacts);
    for (std::uint32_t i = 0; i < std::min(kShardContacts, kPeople - shard * kShardContacts); ++i) {
      if (random() % 3 == 0) continue;
      bits[i / 64] |= std::uint64_t{1} << (i % 64);
      values[i] = static_cast<std::int64_t>((range == ~std::uint64_t{0} ? random() : random() % range) - (range == ~std::uint64_t{0} ? 0 : 2));
      people.push_back({values[i], {shard * kShardContacts + i}});
    }
    population.put_shard(shard, bits, values.data());
  }
  return people;
}

TEST(Population, AnswersAsASortWould) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    Population population;
    std::vector<Placed> people = fill(population, seed);
    ASSERT_EQ(population.size(), people.size());
    std::size_t visited = 0;
    population.for_each([&](ContactOrdinal contact, std::int64_t value) {
      ASSERT_EQ(contact, people[visited].contact);
      ASSERT_EQ(value, people[visited].value);
      ++visited;
    });
    EXPECT_EQ(visited, people.size());
    std::ranges::stable_sort(people, {}, &Placed::value);
    const std::vector<std::size_t> places{0, 1, people.size() / 10, people.size() / 10, people.size() / 2, people.size() / 2 + 1, people.size() - 1};
    const std::vector<ValuePlace> found = population.values_at(places, run_in_turn);
    ASSERT_EQ(found.size(), places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto equals = std::ranges::equal_range(people, people[places[i]].value, {}, &Placed::value);
      EXPECT_EQ(found[i].value, people[places[i]].value) << "seed " << seed << ", place " << places[i];
      EXPECT_EQ(found[i].less, static_cast<std::size_t>(equals.begin() - people.begin())) << "seed " << seed;
      EXPECT_EQ(found[i].equal, equals.size()) << "seed " << seed;
    }
    std::vector<std::uint32_t> not_above(kPeople);
    population.count_not_above(not_above, run_in_turn);
    for (const Placed& one : people) {
      const auto above = std::ranges::upper_bound(people, one.value, {}, &Placed::value);
      ASSERT_EQ(not_above[one.contact.value], above - people.begin()) << "seed " << seed << ", contact " << one.contact.value;
    }
  }
  Population nobody;
  nobody.clear(70);
  EXPECT_EQ(nobody.size(), 0U);
}

// So many that a sample tells where a place is looked for; of some the sample tells nothing, since every so many-th value is of another kind.
TEST(Population, FindsPlacesOfManyAsASortWould) {
  constexpr std::uint32_t kMany = 2 * kShardContacts;
  using ValueOf = std::int64_t (*)(std::uint32_t i, std::mt19937_64& random);
  constexpr std::uint32_t kStep = 32;  // of the sample
  const std::array<ValueOf, 6> kinds{
      [](std::uint32_t, std::mt19937_64& random) { return static_cast<std::int64_t>(random()); },
      [](std::uint32_t, std::mt19937_64& random) { return static_cast<std::int64_t>(random() % 7) - 3; },
      [](std::uint32_t, std::mt19937_64&) { return std::int64_t{5}; },
      [](std::uint32_t i, std::mt19937_64&) { return std::int64_t{i}; },
      [](std::uint32_t i, std::mt19937_64& random) { return i % kStep == kStep / 2 ? std::int64_t{-9} : static_cast<std::int64_t>(random() % 1'000); },
      [](std::uint32_t i, std::mt19937_64&) { return i % 2 == 0 ? std::numeric_limits<std::int64_t>::min() + 1 : std::numeric_limits<std::int64_t>::max(); }};
  for (const ValueOf& value_of : kinds) {
    std::mt19937_64 random(11);
    Population population;
    population.clear(kMany);
    std::vector<std::int64_t> sorted;
    for (std::uint32_t shard = 0; shard < 2; ++shard) {
      const std::vector<std::uint64_t> bits(kShardContacts / 64, ~std::uint64_t{0});
      std::vector<std::int64_t> values(kShardContacts);
      for (std::uint32_t i = 0; i < kShardContacts; ++i) values[i] = value_of(shard * kShardContacts + i, random);
      population.put_shard(shard, bits, values.data());
      sorted.insert(sorted.end(), values.begin(), values.end());
    }
    std::ranges::sort(sorted);
    for (const std::size_t place : {0U, 1U, 40U, kMany / 10, kMany / 2 - 1, kMany / 2, kMany - kMany / 100, kMany - 1}) {
      const ValuePlace found = population.values_at(std::span(&place, 1), run_in_turn).at(0);
      const auto equals = std::ranges::equal_range(sorted, sorted[place]);
      EXPECT_EQ(found.value, sorted[place]) << "kind " << &value_of - kinds.data() << ", place " << place;
      EXPECT_EQ(found.less, static_cast<std::size_t>(equals.begin() - sorted.begin())) << "kind " << &value_of - kinds.data() << ", place " << place;
      EXPECT_EQ(found.equal, equals.size()) << "kind " << &value_of - kinds.data() << ", place " << place;
    }
  }
}

TEST(Population, PutsTilesAsASortWould) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    Population population;
    std::vector<Placed> people = fill(population, seed);
    std::vector<std::uint32_t> ranks(kPeople);
    std::iota(ranks.begin(), ranks.end(), 0U);
    std::ranges::shuffle(ranks, std::mt19937_64(seed));
    std::ranges::sort(people, [&](const Placed& a, const Placed& b) { return a.value != b.value ? a.value < b.value : ranks[a.contact.value] < ranks[b.contact.value]; });
    std::vector<Population::TileStart> starts;
    for (const std::size_t place : {people.size() / 7, people.size() / 3, people.size() / 3 + 1, people.size() - 1}) starts.push_back({people[place].value, ranks[people[place].contact.value]});
    std::ranges::shuffle(starts, std::mt19937_64(seed));
    std::vector<std::uint32_t> tiles(kPeople);
    population.put_tiles(starts, ranks, tiles, run_in_turn);
    for (std::size_t i = 0; i < people.size(); ++i) {
      const std::uint32_t expected = 1U + (i >= people.size() / 7) + (i >= people.size() / 3) + (i >= people.size() / 3 + 1) + (i >= people.size() - 1);
      ASSERT_EQ(tiles[people[i].contact.value], expected) << "seed " << seed << ", place " << i;
    }
    for (const std::size_t place : {std::size_t{0}, people.size() / 2, people.size() - 1}) {
      const auto [value, contact] = people[place];
      EXPECT_EQ(population.value_of(contact), value);
      EXPECT_EQ(population.count_before(value, contact, false, ranks, run_in_turn), place) << "seed " << seed;
      const auto greater = std::ranges::count_if(people, [&, value = value](const Placed& one) { return one.value > value; });
      const auto equal_before = std::ranges::count_if(people, [&, value = value, contact = contact](const Placed& one) { return one.value == value && ranks[one.contact.value] < ranks[contact.value]; });
      EXPECT_EQ(population.count_before(value, contact, true, ranks, run_in_turn), greater + equal_before) << "seed " << seed;
    }
    for (Population::TileStart& start : starts) start.rank = 0;
    population.put_tiles(starts, {}, tiles, run_in_turn);
    for (const Placed& one : people) {
      const auto expected = 1 + std::ranges::count_if(starts, [&](const Population::TileStart& start) { return one.value >= start.value; });
      ASSERT_EQ(tiles[one.contact.value], expected) << "seed " << seed;
    }
  }
}

TEST(Population, FindsRanksAmongEquals) {
  constexpr std::uint32_t kFew = 5'000;
  std::vector<std::uint32_t> ranks(kFew);
  std::iota(ranks.begin(), ranks.end(), 0U);
  std::ranges::shuffle(ranks, std::mt19937_64(7));
  Population population;
  population.clear(kFew);
  std::vector<std::uint64_t> bits(kShardContacts / 64);
  std::vector<std::int64_t> values(kShardContacts);
  std::vector<std::uint32_t> of_threes;
  for (std::uint32_t i = 0; i < kFew; ++i) {
    bits[i / 64] |= std::uint64_t{1} << (i % 64);
    values[i] = i % 5;
    if (i % 5 == 3) of_threes.push_back(ranks[i]);
  }
  population.put_shard(0, bits, values.data());
  std::ranges::sort(of_threes);
  const std::vector<std::size_t> places{0, 17, 18, of_threes.size() - 1};
  std::vector<Population::RanksAsked> asked{{.value = 1, .places = {0}}, {.value = 3, .places = places}};
  population.find_ranks(asked, ranks, run_in_turn);
  ASSERT_EQ(asked[1].found.size(), places.size());
  for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(asked[1].found[i], of_threes[places[i]]);
  Population::RanksAsked alone{.value = 3, .places = places};
  population.find_ranks(std::span(&alone, 1), ranks, run_in_turn);
  EXPECT_EQ(alone.found, asked[1].found);
  EXPECT_FALSE(population.value_of({kFew}).has_value());
}

}  // namespace
}  // namespace wanamaker
