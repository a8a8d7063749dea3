#include "language/parser.h"

#include "language/formatter.h"
#include "language/json_form.h"

#include <gtest/gtest.h>

namespace wanamaker::parser_test {
namespace {

TEST(Parser, OneTreeHasOneText) {
  const auto tree = parse_expression("DID order_completed(amount>=10) in last 1 month at least 2 times AND not x in ( \"a\" )");
  ASSERT_TRUE(tree.has_value()) << tree.error().message;
  EXPECT_EQ(format(*tree), "did order_completed (amount >= 10) at least 2 times in last 1 months and not x in (\"a\")");
}

struct Case {
  const char* source;
  const char* canonical;
};
constexpr Case kCases[] = {
    {"did a once", "did a exactly 1 times"},
    {"did a never today", "did a exactly 0 times today"},
    {"did a more than 2 times", "did a at least 3 times"},
    {"did a fewer than 2 times", "did a at most 1 times"},
    {"x does not have \"y\"", "not x has \"y\""},
    {"x is not empty", "x is known"},
    {"x is not true", "not x is true"},
    {"x not between 1 and 2", "not x between 1 and 2"},
    {"not in list \"k\"", "not in list \"k\""},
    {"(a + 1) * -2 > -(3)", "(a + 1) * -2 > -(3)"},
    {"a - (b - c) = 1", "a - (b - c) = 1"},
    {"maximum of due for invoice ever in next 7 days", "maximum of due for invoice ever in next 7 days"},
    {"(decile of a + b) * 2 = 4", "(decile of a + b) * 2 = 4"},
    {"count of a between 1 and 3", "count of a between 1 and 3"},
    {"count of a between 1 and 3 days ago > 2", "count of a between 1 and 3 days ago > 2"},
    {"did a between 1 and 3 times between 1 and 3 days ago", "did a between 1 and 3 times between 1 and 3 days ago"},
    {"a or b_is is known", nullptr},
    {"x = \"a\\n\\u{1}\\\"\"", "x = \"a\\n\\u{1}\\\"\""},
    {"`from` = 1 and time > 2", "`from` = 1 and time > 2"},
    {"did a (`time` = 1 and time since 2024-01-01)", "did a (`time` = 1 and time since 2024-01-01)"},
    {"x between 2024-01-01 and 2024-02-01", "x between 2024-01-01 and 2024-02-01"},
    {"time of last a ever between 2024-01-01 and 2024-02-01", "time of last a ever between 2024-01-01 and 2024-02-01"},
    {"# nothing\neveryone", "everyone"},
    {"a = 1 or (b = 2 or c = 3) and not (d = 4 and e = 5)", "a = 1 or (b = 2 or c = 3) and not (d = 4 and e = 5)"},
};

TEST(Parser, CanonicalTextsComeBack) {
  for (const Case& sample : kCases) {
    const auto tree = parse_expression(sample.source);
    if (sample.canonical == nullptr) {
      EXPECT_FALSE(tree.has_value()) << sample.source;
      continue;
    }
    ASSERT_TRUE(tree.has_value()) << sample.source << ": " << tree.error().message;
    EXPECT_EQ(format(*tree), sample.canonical);
    const auto again = parse_expression(format(*tree));
    ASSERT_TRUE(again.has_value()) << format(*tree);
    EXPECT_TRUE(*again == *tree) << sample.source;
    const auto from = from_json(to_json(*tree));
    ASSERT_TRUE(from.has_value()) << to_json(*tree).dump() << from.error().message;
    EXPECT_TRUE(*from == *tree) << sample.source;
  }
}

TEST(Parser, DeepNestingIsAnErrorNotACrash) {
  EXPECT_FALSE(parse_expression(std::string(10'000, '(') + "everyone" + std::string(10'000, ')')).has_value());
  std::string nots;
  for (int i = 0; i < 5'000; ++i) nots += "not ";
  EXPECT_FALSE(parse_expression(nots + "everyone").has_value());
  EXPECT_FALSE(parse_expression("x > " + std::string(5'000, '-') + "y").has_value());
}

}  // namespace
}  // namespace wanamaker::parser_test
