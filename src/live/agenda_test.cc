// Promises against a plain set of them.

#include "live/agenda.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace wanamaker {
namespace {

constexpr std::int64_t kStart = 1'772'323'200'000;  // 2026-03-01T00:00:00Z
constexpr std::int64_t kYear = 366 * kMillisecondsPerDay;

TEST(Agenda, GivesEachPromiseOnceAndInOrder) {
  Agenda agenda;
  agenda.promise({{kStart + 50}, {7}, {1}});
  agenda.promise({{kStart + 50}, {7}, {1}});  // the same once more
  agenda.promise({{kStart + 90}, {7}, {1}});
  agenda.promise({{kStart + 50}, {3}, {2}});
  agenda.promise({{kStart + 20}, {7}, {4}});
  EXPECT_EQ(agenda.next(), Timestamp{kStart});  // the hour is not opened yet
  EXPECT_TRUE(agenda.take({kStart + 19}).empty());
  EXPECT_EQ(agenda.take({kStart + 60}), (std::vector<Look>{{{kStart + 20}, {7}, {4}}}));
  EXPECT_EQ(agenda.next(), Timestamp{kStart + 50});
  EXPECT_EQ(agenda.take({kStart + 60}), (std::vector<Look>{{{kStart + 50}, {3}, {2}}, {{kStart + 50}, {7}, {1}}}));
  agenda.promise({{kStart + 90}, {7}, {1}});  // its hour is open
  agenda.promise({{kStart + 70}, {7}, {1}});
  EXPECT_EQ(agenda.take({kStart + 1'000}), (std::vector<Look>{{{kStart + 70}, {7}, {1}}}));
  EXPECT_EQ(agenda.take({kStart + 1'000}), (std::vector<Look>{{{kStart + 90}, {7}, {1}}}));
  EXPECT_TRUE(agenda.take({kStart + 1'000}).empty());
  EXPECT_EQ(agenda.next(), std::nullopt);
}

TEST(Agenda, KeepsWhatWasPromised) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::int64_t most) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most)); };
    Agenda agenda;
    std::set<Look> promised;
    std::int64_t now = kStart;
    for (int round = 0; round < 3'000; ++round) {
      const std::int64_t ahead = below(10) == 0 ? below(3 * kYear) : below(10 * 3'600'000);
      Look look{{now + 1 + ahead}, {static_cast<std::uint32_t>(below(30))}, {static_cast<std::uint32_t>(below(40))}};
      if (below(20) == 0) look.contact = {4'000'000'000U + look.contact.value};  // more than a promise has room for
      if (below(20) == 0) look.condition = {1'000'000};
      agenda.promise(look);
      promised.insert(look);
      if (below(5) != 0) continue;
      now += below(100) == 0 ? below(2 * kYear) : below(3 * 3'600'000);
      std::set<Look> listed;
      agenda.for_each({now}, [&](const Look& one) { listed.insert(one); });
      ASSERT_EQ(listed, std::set<Look>(promised.begin(), promised.upper_bound({{now + 1}, {}, {}})));
      for (;;) {
        const std::vector<Look> looks = agenda.take({now});
        if (looks.empty()) break;
        ASSERT_LE(looks.front().at.ms, now);
        ASSERT_TRUE(std::ranges::is_sorted(looks));
        const std::set<Look> wanted(promised.begin(), promised.upper_bound({{promised.begin()->at.ms + 1}, {}, {}}));
        ASSERT_TRUE(std::ranges::equal(looks, wanted)) << "seed " << seed;
        for (const Look& taken : looks) promised.erase(taken);
      }
      if (promised.empty()) continue;
      ASSERT_GT(promised.begin()->at.ms, now) << "seed " << seed;
      ASSERT_LE(agenda.next()->ms, promised.begin()->at.ms);
    }
  }
}

TEST(Agenda, ReachesAsFarAsTimeGoes) {
  Agenda agenda;
  agenda.promise({kTimestampMax, {1}, {1}});
  agenda.promise({{kStart}, {2}, {2}});
  agenda.promise({kTimestampMin, {3}, {3}});
  EXPECT_EQ(agenda.take(kTimestampMax), (std::vector<Look>{{kTimestampMin, {3}, {3}}}));
  EXPECT_EQ(agenda.take(kTimestampMax), (std::vector<Look>{{{kStart}, {2}, {2}}}));
  EXPECT_EQ(agenda.take(kTimestampMax), (std::vector<Look>{{kTimestampMax, {1}, {1}}}));
  EXPECT_TRUE(agenda.take(kTimestampMax).empty());
}

}  // namespace
}  // namespace wanamaker
