#include "server/gathering.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

// Who gathers, what began, and whether begin() is to be called.
struct Gathered {
  std::vector<std::pair<std::string, std::vector<int>>> begun = {};
  int calls = 0;
  bool may_begin = true;
  Gathering<int> gathering{2, 6, {.soon = [this] { ++calls; }, .begin = [this](const std::string& asker, std::vector<int>&& group) {
                             begun.emplace_back(asker, std::move(group));
                             return may_begin;
                           }}};
  std::vector<std::pair<std::string, std::vector<int>>> begin() {
    gathering.begin();
    return std::exchange(begun, {});
  }
};
using Groups = std::vector<std::pair<std::string, std::vector<int>>>;

TEST(GatheringTest, WhatIsReadyTogetherIsOneGroupAndWhatComesWhileTwoAreAtWorkIsTheNext) {
  Gathered one;
  for (const int item : {1, 2, 3}) EXPECT_TRUE(one.gathering.add("a", item));
  EXPECT_EQ(one.calls, 1);
  EXPECT_EQ(one.begin(), (Groups{{"a", {1, 2, 3}}}));
  EXPECT_TRUE(one.gathering.add("a", 4));
  EXPECT_EQ(one.begin(), (Groups{{"a", {4}}}));
  EXPECT_TRUE(one.gathering.add("a", 5));
  EXPECT_TRUE(one.gathering.add("b", 6));
  EXPECT_EQ(one.begin(), (Groups{{"b", {6}}}));  // nobody else waits for that
  EXPECT_TRUE(one.gathering.add("a", 7));
  EXPECT_EQ(one.begin(), (Groups{}));
  one.gathering.ended("a");
  EXPECT_EQ(one.begin(), (Groups{{"a", {5, 7}}}));
}

TEST(GatheringTest, SoManyMayWait) {
  Gathered one;
  for (int item = 0; item < 6; ++item) EXPECT_TRUE(one.gathering.add("a", item));
  EXPECT_FALSE(one.gathering.add("b", 6));
  EXPECT_EQ(one.begin().size(), 1U);
  EXPECT_TRUE(one.gathering.add("b", 6));
}

TEST(GatheringTest, AGroupThatCannotBeginIsNotAtWork) {
  Gathered one;
  one.may_begin = false;
  for (int round = 0; round < 5; ++round) {
    EXPECT_TRUE(one.gathering.add("a", round));
    EXPECT_EQ(one.begin(), (Groups{{"a", {round}}}));
  }
}

}  // namespace
}  // namespace wanamaker
