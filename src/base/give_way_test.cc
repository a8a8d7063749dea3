#include "base/give_way.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

TEST(GiveWay, SomebodyIsInAHurryUntilTheLastOneIsDone) {
  EXPECT_FALSE(Hurry::is_anybody_in());
  {
    const Hurry first;
    {
      const Hurry second;
      EXPECT_TRUE(Hurry::is_anybody_in());
    }
    EXPECT_TRUE(Hurry::is_anybody_in());
    give_way();  // whoever it is: nothing is waited for
  }
  EXPECT_FALSE(Hurry::is_anybody_in());
  give_way();
}

}  // namespace
}  // namespace wanamaker
