#include "api/http/key_rates.h"

#include <gtest/gtest.h>

namespace wanamaker::key_rates_test {
namespace {

constexpr Timestamp kNow{1'000'000'000};

int taken(KeyRates& rates, std::string_view key, Timestamp now, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += rates.take(key, now) == 0 ? 1 : 0;
  return count;
}

// A bucket holds what may come at once, and fills evenly; keys have one each.
TEST(KeyRates, ABucketEmptiesAndFills) {
  KeyRates rates(100);
  EXPECT_EQ(rates.burst(), 200U);
  EXPECT_EQ(taken(rates, "greedy", kNow, 1'000), 200);
  EXPECT_EQ(rates.take("greedy", kNow), 10);
  EXPECT_EQ(rates.take("greedy", {kNow.ms + 9}), 1);
  EXPECT_EQ(taken(rates, "greedy", {kNow.ms + 10}, 1'000), 1);
  EXPECT_EQ(taken(rates, "greedy", {kNow.ms + 510}, 1'000), 50);
  EXPECT_EQ(taken(rates, "modest", {kNow.ms + 510}, 10), 10);
  EXPECT_EQ(taken(rates, "greedy", {kNow.ms + 100'000}, 1'000), 200);
}

TEST(KeyRates, AClockThatStepsBackGivesNothing) {
  KeyRates rates(100);
  EXPECT_EQ(taken(rates, "a", kNow, 1'000), 200);
  EXPECT_EQ(taken(rates, "a", {kNow.ms - 60'000}, 1'000), 0);
  EXPECT_EQ(taken(rates, "a", {kNow.ms + 10}, 1'000), 1);
}

TEST(KeyRates, NoLimitIsNone) {
  KeyRates rates(0);
  EXPECT_EQ(taken(rates, "a", kNow, 100'000), 100'000);
}

}  // namespace
}  // namespace wanamaker::key_rates_test
