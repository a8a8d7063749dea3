// Promises against a plain map of the earliest of each.

#include "live/agenda.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace wanamaker {
namespace {

constexpr std::int64_t kStart = 1'772'323'200'000;  // 2026-03-01T00:00:00Z
constexpr std::int64_t kYear = 366 * kMillisecondsPerDay;

TEST(Agenda, GivesEachPromiseOnceAndInOrder) {
  Agenda agenda;
  agenda.promise({{kStart + 50}, {7}, {1}});
  agenda.promise({{kStart + 90}, {7}, {1}});  // later than the one before: forgotten
  agenda.promise({{kStart + 50}, {3}, {2}});
  agenda.promise({{kStart + 20}, {7}, {4}});
  EXPECT_EQ(agenda.next(), Timestamp{kStart});  // the hour is not opened yet
  EXPECT_TRUE(agenda.take({kStart + 19}).empty());
  EXPECT_EQ(agenda.take({kStart + 60}), (std::vector<Look>{{{kStart + 20}, {7}, {4}}}));
  EXPECT_EQ(agenda.next(), Timestamp{kStart + 50});
  EXPECT_EQ(agenda.take({kStart + 60}), (std::vector<Look>{{{kStart + 50}, {3}, {2}}, {{kStart + 50}, {7}, {1}}}));
  EXPECT_TRUE(agenda.take({kStart + 1'000}).empty());
  EXPECT_EQ(agenda.next(), std::nullopt);
}

TEST(Agenda, KeepsTheEarliestOfEach) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::int64_t most) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most)); };
    Agenda agenda;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> promised;  // by contact and condition
    std::int64_t now = kStart;
    for (int round = 0; round < 3'000; ++round) {
      const std::int64_t ahead = below(10) == 0 ? below(kYear) : below(10 * 3'600'000);
      const Look look{{now + 1 + ahead}, {static_cast<std::uint32_t>(below(30))}, {static_cast<std::uint32_t>(below(40))}};
      agenda.promise(look);
      auto& earliest = promised.try_emplace({look.contact.value, look.condition.value}, look.at.ms).first->second;
      earliest = std::min(earliest, look.at.ms);
      if (below(5) != 0) continue;
      now += below(100) == 0 ? below(kYear) : below(3 * 3'600'000);
      std::size_t listed = 0;
      agenda.for_each({now}, [&](const Look&) { ++listed; });
      EXPECT_EQ(listed, static_cast<std::size_t>(std::ranges::count_if(promised, [&](const auto& one) { return one.second <= now; })));
      for (;;) {
        const std::vector<Look> looks = agenda.take({now});
        if (looks.empty()) break;
        ASSERT_LE(looks.front().at.ms, now);
        ASSERT_TRUE(std::ranges::is_sorted(looks));
        for (const auto& [key, at] : promised) ASSERT_GE(at, looks.front().at.ms);
        ASSERT_EQ(looks.size(), static_cast<std::size_t>(std::ranges::count_if(promised, [&](const auto& one) { return one.second == looks.front().at.ms; })));
        for (const Look& taken : looks) ASSERT_EQ(promised.extract({taken.contact.value, taken.condition.value}).mapped(), taken.at.ms) << "seed " << seed;
      }
      for (const auto& [key, at] : promised) ASSERT_GT(at, now) << "seed " << seed;
      for (const auto& [key, at] : promised) ASSERT_LE(agenda.next()->ms, at);
    }
  }
}

// Promises are kept relative to a base: what lies too far ahead may come early, and nothing may come late.
TEST(Agenda, ReachesAsFarAsTimeGoes) {
  Agenda agenda;
  agenda.promise({kTimestampMax, {1}, {1}});
  agenda.promise({{kStart}, {2}, {2}});
  agenda.promise({kTimestampMin, {3}, {3}});
  std::map<std::uint32_t, std::int64_t> due{{1, kTimestampMax.ms}, {2, kStart}, {3, kTimestampMin.ms}};
  std::int64_t before = kTimestampMin.ms;
  for (int left = 1'000; left > 0 && !due.empty(); --left) {
    const std::vector<Look> looks = agenda.take(kTimestampMax);
    ASSERT_FALSE(looks.empty());
    for (const Look& look : looks) {
      EXPECT_GE(look.at.ms, before);
      before = look.at.ms;
      const std::int64_t wanted = due.at(look.contact.value);
      ASSERT_LE(look.at.ms, wanted);
      if (look.at.ms < wanted) agenda.promise({{wanted}, look.contact, look.condition});
      else due.erase(look.contact.value);
    }
  }
  EXPECT_TRUE(due.empty());
}

}  // namespace
}  // namespace wanamaker
