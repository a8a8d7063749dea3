#include "evaluate/account_memo.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

using Contacts = AccountMemo::Contacts;

// What is kept is made at the first asking of each source and account, and again once it was forgotten.
TEST(AccountMemo, MakesEachOnce) {
  AccountMemo memo;
  const TypedSource colleagues;
  const TypedSource others;
  int made = 0;
  const auto passing = [&](const TypedSource& source, std::uint32_t account) {
    return memo.passing(source, {account}, [&] {
      ++made;
      return Contacts{{account}, {account + 1}};
    });
  };
  EXPECT_EQ(passing(colleagues, 7), (Contacts{{7}, {8}}));
  EXPECT_EQ(passing(colleagues, 7), (Contacts{{7}, {8}}));
  EXPECT_EQ(made, 1);
  EXPECT_EQ(passing(colleagues, 9), (Contacts{{9}, {10}}));
  EXPECT_EQ(passing(others, 7), (Contacts{{7}, {8}}));
  EXPECT_EQ(made, 3);
  memo.clear();
  passing(colleagues, 7);
  EXPECT_EQ(made, 4);
}

// That nobody passes, and that there is no edge, are kept too.
TEST(AccountMemo, KeepsThatThereIsNothing) {
  AccountMemo memo;
  const TypedSource source;
  const TypedExpression condition;
  int made = 0;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(memo.edges(source, {1}, [&] { return ++made, std::vector<Timestamp>(); }).empty());
    EXPECT_FALSE(memo.first_edge(condition, {1}, [&] { return ++made, std::optional<Timestamp>(); }).has_value());
  }
  EXPECT_EQ(made, 2);
}

// Who holds what one account says may ask about many others.
TEST(AccountMemo, WhatIsKeptStaysWhereItIs) {
  AccountMemo memo;
  const TypedSource source;
  const Contacts& first = memo.passing(source, {0}, [] { return Contacts{{42}}; });
  for (std::uint32_t account = 1; account < 10'000; ++account) memo.passing(source, {account}, [&] { return Contacts{{account}}; });
  EXPECT_EQ(first, Contacts{{42}});
  EXPECT_EQ(&memo.passing(source, {0}, [] { return Contacts(); }), &first);
}

}  // namespace
}  // namespace wanamaker
