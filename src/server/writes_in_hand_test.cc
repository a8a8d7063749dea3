#include "server/writes_in_hand.h"

#include <gtest/gtest.h>

namespace wanamaker::writes_in_hand_test {
namespace {

using Answer = WritesInHand::Answer;

TEST(WritesInHand, OneAskerHasHalfAndAllHaveAll) {
  WritesInHand writes(100);
  EXPECT_EQ(writes.take("a", 30), Answer::taken);
  EXPECT_EQ(writes.take("a", 20), Answer::taken);
  EXPECT_EQ(writes.take("a", 1), Answer::asker_has_too_much);
  EXPECT_EQ(writes.take("b", 40), Answer::taken);
  EXPECT_EQ(writes.take("c", 11), Answer::all_is_taken);
  EXPECT_EQ(writes.take("c", 10), Answer::taken);
}

TEST(WritesInHand, WhatIsAnsweredMakesRoom) {
  WritesInHand writes(100);
  EXPECT_EQ(writes.take("a", 50), Answer::taken);
  EXPECT_EQ(writes.take("a", 10), Answer::asker_has_too_much);
  writes.give_back("a", 50);
  EXPECT_EQ(writes.take("a", 50), Answer::taken);
  EXPECT_EQ(writes.take("b", 50), Answer::taken);
}

TEST(WritesInHand, ASingleWriteIsTakenWhateverItsSize) {
  WritesInHand writes(0);
  EXPECT_EQ(writes.take("a", 70), Answer::taken);
  EXPECT_EQ(writes.take("a", 1), Answer::asker_has_too_much);
  EXPECT_EQ(writes.take("b", 1), Answer::all_is_taken);
  writes.give_back("a", 70);
  EXPECT_EQ(writes.take("b", 1), Answer::taken);
}

}  // namespace
}  // namespace wanamaker::writes_in_hand_test
