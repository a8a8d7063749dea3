// Who asks for much waits for those who ask for little.

#include "base/turns.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

std::string taken(Turns<int>& turns) {
  std::string all;
  while (const auto next = turns.take()) all += next->whose + std::to_string(next->item) + " ";
  return all;
}

TEST(Turns, GoRoundThoseWhoAsk) {
  Turns<int> turns;
  int number = 0;
  for (const char* whose : {"a", "a", "a", "b", "c", "b"}) turns.add(whose, ++number);
  EXPECT_EQ(turns.size(), 6U);
  EXPECT_EQ(taken(turns), "a1 b4 c5 a2 b6 a3 ");
  EXPECT_EQ(turns.size(), 0U);
}

TEST(Turns, WhoHadOneWithoutWaitingComesAfterTheOthers) {
  Turns<int> turns;
  turns.note_turn("a");
  for (const char* whose : {"a", "a", "b"}) turns.add(whose, 0);
  EXPECT_EQ(taken(turns), "b0 a0 a0 ");
}

TEST(Turns, WhoMayNotKeepsHisPlace) {
  Turns<int> turns;
  for (const char* whose : {"a", "b", "a"}) turns.add(whose, 0);
  const auto not_a = [](const std::string& whose) { return whose != "a"; };
  EXPECT_EQ(turns.take(not_a)->whose, "b");
  EXPECT_FALSE(turns.take(not_a).has_value());
  EXPECT_EQ(taken(turns), "a0 a0 ");
}

}  // namespace
}  // namespace wanamaker
