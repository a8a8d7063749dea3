#include "model/value.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

Value read(std::string_view text, ValueType type, char separator = '|') {
  const auto parsed = parse_value(text, type, separator);
  if (const auto* error = std::get_if<ValueError>(&parsed)) {
    ADD_FAILURE() << '"' << text << "\" was refused: " << error->expected;
    return {};
  }
  return std::get<Value>(parsed);
}

bool is_refused(std::string_view text, ValueType type) {
  return std::holds_alternative<ValueError>(parse_value(text, type));
}

// A cell is read as the type of its column; the value prints as people and as JSON write it.
TEST(Value, IsReadFromACellAndPrinted) {
  const Value price = read("0019.90", ValueType::number);
  EXPECT_EQ(type_of(price), ValueType::number);
  EXPECT_EQ(to_string(price), "19.9");
  EXPECT_EQ(to_json_text(price), "19.9");

  const Value town = read("Košice", ValueType::text);
  EXPECT_EQ(to_string(town), "Košice");
  EXPECT_EQ(to_json_text(town), "\"Košice\"");

  const Value missing;
  EXPECT_TRUE(is_missing(missing));
  EXPECT_EQ(to_string(missing), "");
  EXPECT_EQ(to_json_text(missing), "null");
}

struct Printed {
  std::string_view cell;
  ValueType type;
  std::string_view plain;
  std::string_view json;
};

TEST(Value, EveryTypeIsReadAndPrinted) {
  constexpr Printed kCases[] = {
      {"yes", ValueType::boolean, "true", "true"},
      {"NO", ValueType::boolean, "false", "false"},
      {"1", ValueType::boolean, "true", "true"},
      {"-0", ValueType::number, "0", "0"},
      {"999999999999999999", ValueType::number, "999999999999999999", "999999999999999999"},
      {"2024-02-29", ValueType::date, "2024-02-29", "\"2024-02-29\""},
      {"2024-02-29 10:00:00.5+01:00", ValueType::timestamp, "2024-02-29T09:00:00.500Z", "\"2024-02-29T09:00:00.500Z\""},
      {"48.720, 21.26", ValueType::location, "48.72,21.26", "[48.72,21.26]"},
      {"-90,180", ValueType::location, "-90,180", "[-90,180]"},
      {"red|green||RED", ValueType::set, R"(["red","green"])", R"(["red","green"])"},
      {R"(["a|b", "c"])", ValueType::set, R"(["a|b","c"])", R"(["a|b","c"])"},
      {"|", ValueType::set, "", "null"},
      {"[]", ValueType::set, "", "null"},
  };
  for (const auto& [cell, type, plain, json] : kCases) {
    const Value value = read(cell, type);
    EXPECT_EQ(to_string(value), plain) << cell;
    EXPECT_EQ(to_json_text(value), json) << cell;
  }
}

TEST(Value, WhatIsNotOfTheTypeIsRefused) {
  constexpr std::pair<std::string_view, ValueType> kCases[] = {
      {"1 234,50", ValueType::number}, {"1,5", ValueType::number}, {"+5", ValueType::number}, {"1e3", ValueType::number},
      {"1234567890123456789", ValueType::number}, {"maybe", ValueType::boolean}, {"31.01.2024", ValueType::date},
      {"2023-02-29", ValueType::date}, {"2024-01-31T10:00:00", ValueType::timestamp}, {"48.72", ValueType::location},
      {"91,0", ValueType::location}, {"0,180.5", ValueType::location}, {"[1, 2]", ValueType::set}, {"[\"a\"", ValueType::set},
      {"\xff", ValueType::text},
  };
  for (const auto& [cell, type] : kCases) EXPECT_TRUE(is_refused(cell, type)) << cell;
  EXPECT_FALSE(is_refused(std::string(kTextBytesMax, 'x'), ValueType::text));
  EXPECT_TRUE(is_refused(std::string(kTextBytesMax + 1, 'x'), ValueType::text));
}

TEST(Value, SetSeparatorCanBeChosen) {
  EXPECT_EQ(std::get<TextSet>(read("a|b;c", ValueType::set, ';')), (TextSet{"a|b", "c"}));
}

TEST(Value, TypesHaveNames) {
  for (const auto name : kValueTypeNames) EXPECT_EQ(name_of(value_type_from(name).value()), name);
  EXPECT_EQ(value_type_from("text set"), ValueType::set);
  EXPECT_EQ(value_type_from("string"), std::nullopt);
}

}  // namespace
}  // namespace wanamaker
