// What a population answers against a plain sort, with values that many share, that lie far apart, and that are negative.

#include "evaluate/population.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace wanamaker {
namespace {

constexpr std::uint32_t kPeople = kShardContacts + 500;

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
    for (const std::size_t place : {std::size_t{0}, std::size_t{1}, people.size() / 10, people.size() / 2, people.size() - 1}) EXPECT_EQ(population.value_at(place), people[place].value) << "seed " << seed;
    const std::vector<Placed> order = population.ascending();
    ASSERT_EQ(order.size(), people.size());
    for (std::size_t i = 0; i < order.size(); ++i) ASSERT_EQ(order[i].value, people[i].value) << "seed " << seed << ", place " << i;
  }
  Population nobody;
  nobody.clear(70);
  EXPECT_EQ(nobody.size(), 0U);
  EXPECT_TRUE(nobody.ascending().empty());
}

TEST(Population, PartsContactsByTheBytesOfTheirIds) {
  std::mt19937_64 random(5);
  Base base;
  std::vector<ContactOrdinal> contacts;
  for (int i = 0; i < 2000; ++i) contacts.push_back(base.contact_for((random() % 2 == 0 ? "a long beginning " : "\xC3\xA1") + std::to_string(random() % 100'000)));
  std::ranges::sort(contacts, {}, &ContactOrdinal::value);
  const auto repeated = std::ranges::unique(contacts);
  contacts.erase(repeated.begin(), repeated.end());
  std::ranges::shuffle(contacts, random);
  std::vector<std::string> sorted;
  for (const ContactOrdinal contact : contacts) sorted.emplace_back(base.contact_id(contact));
  std::ranges::sort(sorted);
  const std::vector<std::size_t> cuts{0, 1, 700, 701, 1500};
  part_by_ids(contacts, cuts, base);
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    std::vector<std::string> part;
    for (std::size_t k = cuts[i]; k < cuts[i + 1]; ++k) part.emplace_back(base.contact_id(contacts[k]));
    std::ranges::sort(part);
    EXPECT_TRUE(std::ranges::equal(part, std::span(sorted).subspan(cuts[i], part.size()))) << "part " << i;
  }
}

}  // namespace
}  // namespace wanamaker
