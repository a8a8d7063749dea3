// Every range of tiles against a plain sort, over bases so small that each way in which ties lie at its two ends comes up: by sweeps, which look for the ends of what is
// asked alone, and by numbers of tiles, as probes read them.

#include "evaluate/probe.h"
#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace wanamaker::tiles_test {
namespace {

constexpr Timestamp kNow{1'700'000'000'000};

struct Person {
  std::int64_t value;
  std::string id;
  ContactOrdinal contact;
};

// Some with a number, of so many different ones, and one without.
struct SmallBase {
  SmallBase(std::uint32_t size, std::int64_t different, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    base.schema.contact.add({.name = "n", .type = ValueType::number});
    base.contact_for("without");
    for (std::uint32_t i = 0; i < size; ++i) {
      const std::string id = fmt::format("{}", random() % 1'000'000'007);
      const Person one{.value = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(different)) - 1, .id = id, .contact = base.contact_for(id)};
      base.set_attribute({0}, one.contact, base.cells.to_cell(Decimal::from_parts(one.value, 0)));
      people.push_back(one);
    }
    base.touch();
    base.settle();
    std::ranges::sort(people, [](const Person& a, const Person& b) { return std::pair(a.value, a.id) < std::pair(b.value, b.id); });
  }
  // Of people in order, as SQL's NTILE has it.
  std::size_t tile_of(std::size_t place, std::size_t tiles) const {
    const std::size_t least = people.size() / tiles;
    const std::size_t larger = people.size() % tiles;  // tiles that have one more
    const std::size_t in_larger = larger * (least + 1);
    return place < in_larger ? place / (least + 1) + 1 : larger + (place - in_larger) / least + 1;
  }

  Base base;
  Zone zone = Zone::find("UTC").value();
  std::vector<Person> people;
};

void expect_range(SmallBase& of, const std::string& kind, std::size_t tiles, std::size_t from, std::size_t to) {
  const std::string text = from == to ? fmt::format("{} of n = {}", kind, from) : fmt::format("{} of n between {} and {}", kind, from, to);
  const auto definition = compile(text, {.schema = of.base.schema, .catalog = of.base.catalog, .parameters = {}});
  ASSERT_TRUE(definition.has_value()) << definition.error().message;
  Sweeper sweeper(best_kernels(), 1);
  const SweepResult swept = sweeper.sweep(*definition, of.base, of.zone, kNow);
  const auto rankings = sweeper.rank_until(StopSign(), *definition, of.base, of.zone, kNow);
  Probe probe({of.base, of.zone, kNow, &*rankings}, nullptr);
  std::size_t members = 0;
  for (std::size_t place = 0; place < of.people.size(); ++place) {
    const std::size_t tile = of.tile_of(place, tiles);
    const bool expected = from <= tile && tile <= to;
    members += expected ? 1 : 0;
    EXPECT_EQ(swept.has(of.people[place].contact), expected) << text << " of " << of.people.size() << ", place " << place;
    EXPECT_EQ(probe.decide(definition->root, Subject::of(of.people[place].contact)), expected) << text << " of " << of.people.size() << ", place " << place;
  }
  EXPECT_EQ(swept.count, members) << text << " of " << of.people.size();
}

TEST(Tiles, EveryRangeIsThatOfASort) {
  const std::array<std::pair<std::string, std::size_t>, 3> kinds{{{"quartile", 4}, {"quintile", 5}, {"decile", 10}}};
  std::uint64_t seed = 0;
  for (const std::uint32_t size : {1U, 3U, 4U, 8U, 9U, 13U, 40U, 101U}) {
    for (const std::int64_t different : {1, 2, 5, 1'000}) {
      SmallBase of(size, different, ++seed);
      for (const auto& [kind, tiles] : kinds)
        for (std::size_t from = 1; from <= tiles; ++from)
          for (std::size_t to = from; to <= tiles; ++to) expect_range(of, kind, tiles, from, to);
    }
  }
}

}  // namespace
}  // namespace wanamaker::tiles_test
