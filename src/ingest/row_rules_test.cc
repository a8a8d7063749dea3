#include "ingest/row_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wanamaker {
namespace {

const Zone& utc() {
  static const Zone zone = Zone::find("UTC").value();
  return zone;
}

std::vector<RuleColumn> columns() {
  return {{.names = {"quantity", "Quantity"}, .type = ValueType::number},  {.names = {"unit_price", "UnitPrice"}, .type = ValueType::number},
          {.names = {"town", "Mesto"}, .type = ValueType::text},           {.names = {"is_vip"}, .type = ValueType::boolean},
          {.names = {"since"}, .type = ValueType::date},                   {.names = {"seen_at"}, .type = ValueType::timestamp},
          {.names = {"tags"}, .type = ValueType::set},                     {.names = {"empty_number"}, .type = ValueType::number},
          {.names = {"empty_text"}, .type = ValueType::text},              {.names = {"#row"}, .type = ValueType::number}};
}

Value number(std::string_view text) { return Decimal::parse(text).value(); }

std::vector<RuleValue> row() {
  return {number("3"), number("19.99"), Value("Košice"), Value(true), Value(*parse_date("2024-01-31")), Value(*parse_timestamp("2024-01-31T23:30:00Z")),
          Value(TextSet{"red", "Green"}), Value{}, Value{}, number("7")};
}

std::string derived(const std::string& expression) {
  const auto rules = RowRules::compile({.derive = {{.name = "x", .expression = expression}}, .where = {}}, columns(), utc());
  if (!rules) return "error";
  auto values = row();
  rules->derive(values);
  if (!values.back()) return "fault " + values.back().error().code;
  return is_missing(*values.back()) ? "missing" : to_string(*values.back());
}

std::string kept(const std::string& where) {
  const auto rules = RowRules::compile({.derive = {}, .where = where}, columns(), utc());
  if (!rules) return "error";
  const auto result = rules->keeps(row());
  return !result ? "fault" : *result ? "yes" : "no";
}

// A derived value is exact arithmetic over the numbers of the row.
TEST(RowRules, Derive) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"quantity * unit_price", "59.97"}, {"Quantity*UnitPrice", "59.97"}, {"(quantity + 1) / 8", "0.5"}, {"-quantity", "-3"},
      {"1 / 3", "fault derive"}, {"quantity / 3 * 0.1", "0.1"}, {"1 / 0", "missing"}, {"quantity + empty_number", "missing"},
      {"999999999999999999 * 10", "fault derive"}, {"999999999999999999 * 999999999999999999 * 999999999999999999", "fault derive"},
      {"`#row` * 2", "14"}, {"town * 2", "error"}, {"quantiti * 2", "error"}, {"quantity *", "error"}, {"count of order", "error"},
  };
  for (const auto& [expression, expected] : kCases) EXPECT_EQ(derived(std::string(expression)), expected) << expression;
}

TEST(RowRules, Where) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"quantity > 2", "yes"}, {"quantity * unit_price >= 59.97", "yes"}, {"quantity / 7 * 7 = 3", "yes"}, {"quantity between 3 and 5", "yes"},
      {"quantity in (1, 2)", "no"}, {"quantity not in (1, 2)", "yes"}, {"town = \"KOŠICE\"", "yes"}, {"mesto = \"košice\"", "yes"},
      {"town = \"kosice\"", "no"}, {"town = \"kosice\" ignoring accents", "yes"}, {"town = \"KOŠICE\" exactly", "no"},
      {"town starts with \"ko\" and not town ends with \"x\"", "yes"}, {"town contains \"šic\"", "yes"}, {"town in (\"Nitra\", \"košice\")", "yes"},
      {"empty_text is known", "no"}, {"empty_text is empty", "yes"}, {"empty_text != \"x\"", "yes"}, {"empty_text = \"x\"", "no"},
      {"empty_number < 5", "no"}, {"empty_number != 5", "yes"}, {"empty_number is empty or quantity = 1", "yes"},
      {"is_vip is true", "yes"}, {"is_vip is false", "no"}, {"since before 2024-02-01", "yes"}, {"since >= 2024-02-01", "no"},
      {"seen_at on 2024-01-31", "yes"}, {"seen_at = 2024-01-31", "yes"}, {"seen_at < 2024-01-31T23:30:00Z", "no"},
      {"since between 2024-01-01 and 2024-01-31", "yes"}, {"tags has \"green\"", "yes"}, {"tags has none of (\"blue\")", "yes"},
      {"tags has all of (\"red\", \"blue\")", "no"}, {"tags has at least 2 values", "yes"}, {"at least 2 of (quantity = 3, is_vip is true, town is empty)", "yes"},
      {"town > \"a\"", "error"}, {"since in last 30 days", "error"}, {"did order", "error"}, {"quantity = \"3\"", "error"}, {"account.x = 1", "error"},
      {"country = \"SK\"", "error"}, {"town matches \"K\"", "error"},
  };
  for (const auto& [where, expected] : kCases) EXPECT_EQ(kept(std::string(where)), expected) << where;
}

TEST(RowRules, ACellAtFaultCountsWhereItDecides) {
  const auto rules = RowRules::compile({.derive = {}, .where = "town = \"Nitra\" and quantity > 2"}, columns(), utc());
  ASSERT_TRUE(rules);
  auto values = row();
  values[0] = std::unexpected(RowFault{.code = "type", .reason = "no number"});
  EXPECT_FALSE(rules->keeps(values).value());
  values[2] = Value("Nitra");
  EXPECT_EQ(rules->keeps(values).error().code, "type");
}

TEST(RowRules, AnErrorPointsAndSuggests) {
  const auto rules = RowRules::compile({.derive = {}, .where = "quantiti > 2"}, columns(), utc());
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().where, "--where");
  EXPECT_EQ(rules.error().position.column, 1U);
  EXPECT_THAT(rules.error().hint, testing::HasSubstr("quantity"));
}

}  // namespace
}  // namespace wanamaker
