#include "server/body_budget.h"

#include <gtest/gtest.h>

#include <array>

namespace wanamaker::body_budget_test {
namespace {

using Payer = BodyBudget::Payer;
using Answer = BodyBudget::Answer;
constexpr std::size_t kMiB = 1U << 20;

TEST(BodyBudget, StrangersKeepNobodyOutWhoHasAKey) {
  BodyBudget budget(BodyBudget::Addresses::are_peers);
  int paid = 0;
  for (int i = 0; i < 1'000; ++i) paid += budget.take("address " + std::to_string(i), Payer::stranger, kMiB) == Answer::paid ? 1 : 0;
  EXPECT_EQ(paid, 64);
  EXPECT_EQ(budget.take("one more", Payer::stranger, 1), Answer::all_is_taken);
  EXPECT_EQ(budget.take("one more", Payer::keyholder, kMiB), Answer::paid);
}

TEST(BodyBudget, NoAddressTakesAll) {
  BodyBudget budget(BodyBudget::Addresses::are_peers);
  EXPECT_EQ(budget.take("a", Payer::stranger, 4 * kMiB), Answer::paid);
  EXPECT_EQ(budget.take("a", Payer::stranger, 1), Answer::address_has_too_much);
  EXPECT_EQ(budget.take("b", Payer::stranger, 1), Answer::paid);
  EXPECT_EQ(budget.take("a", Payer::keyholder, 124 * kMiB), Answer::paid);
  EXPECT_EQ(budget.take("a", Payer::keyholder, 1), Answer::address_has_too_much);
  budget.give_back("a", Payer::stranger, 4 * kMiB);
  EXPECT_EQ(budget.take("a", Payer::stranger, 4 * kMiB), Answer::paid);
}

TEST(BodyBudget, BehindAProxyEverybodyHasOneAddress) {
  BodyBudget budget(BodyBudget::Addresses::are_a_proxy);
  EXPECT_EQ(budget.take("proxy", Payer::stranger, 64 * kMiB), Answer::paid);
  EXPECT_EQ(budget.take("proxy", Payer::keyholder, 192 * kMiB), Answer::paid);
  EXPECT_EQ(budget.take("proxy", Payer::keyholder, 1), Answer::all_is_taken);
  budget.give_back("proxy", Payer::keyholder, 192 * kMiB);
  EXPECT_EQ(budget.take("proxy", Payer::keyholder, 192 * kMiB), Answer::paid);
}

}  // namespace
}  // namespace wanamaker::body_budget_test
