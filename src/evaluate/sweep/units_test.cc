// Days, weeks and months with events against sets of them, where events of one name are counted whenever a later unit begins: in order of time, late ones among
// them, and in no order at all.

#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace wanamaker::units_test {
namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr std::uint32_t kContacts = 70'000;  // so many that few events of them are counted in this way
constexpr std::uint32_t kBuyers = 600;       // some in each of two shards

std::int64_t day_of(std::int64_t at) { return at / kDay; }
std::int64_t week_of(std::int64_t at) { return (day_of(at) + 3) / 7; }  // 1970-01-01 was a Thursday
std::int64_t month_of(std::int64_t at) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day_of(at)}}};
  return static_cast<std::int64_t>(static_cast<int>(date.year())) * 12 + static_cast<unsigned>(date.month());
}

// Events over 400 days, of which one in `one_late_in` comes later than it should; 1: in no order.
struct Purchases {
  Purchases(std::uint32_t number, std::uint32_t one_late_in, std::uint64_t seed) : of(kContacts) {
    std::mt19937_64 random(seed);
    base.schema.events.push_back({.name = "bought", .properties = {}});
    base.events.emplace_back();
    for (std::uint32_t i = 0; i < kContacts; ++i) base.contact_for(fmt::format("{}", i));
    for (std::uint32_t i = 0; i < number; ++i) {
      const std::uint32_t buyer = static_cast<std::uint32_t>(random() % kBuyers) * (kContacts / kBuyers);
      const bool is_late = one_late_in > 0 && random() % one_late_in == 0;
      const std::int64_t in_order = kNow - 400 * kDay + 400 * kDay / number * i;
      const std::int64_t at = is_late ? kNow - static_cast<std::int64_t>(random() % (400 * static_cast<std::uint64_t>(kDay))) : in_order;
      base.events[0].append({buyer}, {at}, "");
      of[buyer].push_back(at);
    }
    base.touch();
    base.settle();
  }
  Base base;
  std::vector<std::vector<std::int64_t>> of;  // instants, by contact
};

void expect_counts(Purchases& purchases, const std::string& window, std::int64_t since) {
  const Zone zone = Zone::find("UTC").value();
  const std::array<std::pair<std::string, std::int64_t (*)(std::int64_t)>, 3> units{{{"days", day_of}, {"weeks", week_of}, {"months", month_of}}};
  const std::array<std::pair<std::string, std::function<bool(std::size_t)>>, 4> counts{{
      {"at least 3", [](std::size_t n) { return n >= 3; }}, {"exactly 1", [](std::size_t n) { return n == 1; }}, {"at most 5", [](std::size_t n) { return n <= 5; }}, {"exactly 0", [](std::size_t n) { return n == 0; }}}};
  Sweeper sweeper(best_kernels(), 1);
  for (const auto& [unit, number_of] : units) {
    for (const auto& [count, holds] : counts) {
      const std::string text = fmt::format("did bought on {} {}{}", count, unit, window);
      const auto definition = compile(text, {.schema = purchases.base.schema, .catalog = purchases.base.catalog, .parameters = {}});
      ASSERT_TRUE(definition.has_value()) << definition.error().message;
      const SweepResult swept = sweeper.sweep(*definition, purchases.base, zone, {kNow});
      std::size_t wrong = 0;
      for (std::uint32_t contact = 0; contact < kContacts; ++contact) {
        std::set<std::int64_t> seen;
        for (const std::int64_t at : purchases.of[contact]) if (at > since && at <= kNow) seen.insert(number_of(at));
        wrong += swept.has({contact}) == holds(seen.size()) ? 0 : 1;
      }
      EXPECT_EQ(wrong, 0) << text;
    }
  }
}

class UnitsOfEvents : public testing::TestWithParam<std::uint32_t> {};

TEST_P(UnitsOfEvents, AreThoseOfSets) {
  for (const std::uint64_t seed : {1, 2}) {
    Purchases purchases(6'000, GetParam(), seed);
    expect_counts(purchases, "", std::numeric_limits<std::int64_t>::min());
    expect_counts(purchases, " in last 200 days", kNow - 200 * kDay);
  }
}

INSTANTIATE_TEST_SUITE_P(OneLateIn, UnitsOfEvents, testing::Values(0, 1, 2, 50, 3'000));

}  // namespace
}  // namespace wanamaker::units_test
