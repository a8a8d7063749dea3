#include "ingest/cell.h"

#include <gtest/gtest.h>

namespace wanamaker::cell_test {
namespace {

const Zone& bratislava() {
  static const Zone zone = Zone::find("Europe/Bratislava").value();
  return zone;
}

std::string shown(std::string_view text, CellRules rules) {
  rules.zone = &bratislava();
  const auto value = read_cell({.text = text}, rules);
  return value ? to_string(*value) : "fault " + value.error().code;
}

// A cell is the value its column's type makes of it, or a fault.
TEST(Cell, IsReadAsItsType) {
  struct Case {
    std::string_view text;
    ValueType type;
    std::string_view expected;
  };
  constexpr Case kCases[] = {
      {" kept ", ValueType::text, " kept "}, {"   ", ValueType::text, ""}, {"\u00A0", ValueType::number, ""}, {"00123", ValueType::text, "00123"},
      {"-12.50", ValueType::number, "-12.5"}, {"1 234,50", ValueType::number, "fault type"}, {"1,5", ValueType::number, "fault type"},
      {"Yes", ValueType::boolean, "true"}, {"ÁNO", ValueType::boolean, "true"}, {"a\u0301no", ValueType::boolean, "true"}, {"ano", ValueType::boolean, "true"},
      {"Tak", ValueType::boolean, "true"}, {"ДА", ValueType::boolean, "true"}, {"Nie", ValueType::boolean, "false"}, {"NE", ValueType::boolean, "false"},
      {"нет", ValueType::boolean, "false"}, {"možno", ValueType::boolean, "fault type"}, {"áno", ValueType::text, "áno"}, {"2", ValueType::boolean, "fault type"}, {"2024-01-31", ValueType::date, "2024-01-31"},
      {"31.01.2024", ValueType::date, "fault type"}, {"2024-01-31 10:00", ValueType::date, "fault type"},
      {"2024-01-31 10:00", ValueType::timestamp, "2024-01-31T09:00:00Z"}, {"2024-07-31 10:00", ValueType::timestamp, "2024-07-31T08:00:00Z"},
      {"2024-01-31T10:00:00+05:00", ValueType::timestamp, "2024-01-31T05:00:00Z"}, {"2024-01-31", ValueType::timestamp, "fault type"},
      {"2024-03-31 02:30", ValueType::timestamp, "fault time_gap"}, {"2024-10-27 02:30", ValueType::timestamp, "2024-10-27T00:30:00Z"},
      {"a|b", ValueType::set, R"(["a","b"])"}, {"48.72,21.26", ValueType::location, "48.72,21.26"},
  };
  for (const auto& [text, type, expected] : kCases) EXPECT_EQ(shown(text, {.type = type}), expected) << text;
}

TEST(Cell, DecimalComma) {
  constexpr CellRules kRules{.type = ValueType::number, .has_decimal_comma = true};
  EXPECT_EQ(shown("1,50", kRules), "1.5");
  EXPECT_EQ(shown("-7", kRules), "-7");
  EXPECT_EQ(shown("1.5", kRules), "fault type");
  EXPECT_EQ(shown("1.234,5", kRules), "fault type");
}

TEST(Cell, BlanksBetweenThousands) {
  constexpr CellRules kRules{.type = ValueType::number, .has_decimal_comma = true};
  EXPECT_EQ(shown("1 234,50", kRules), "1234.5");
  EXPECT_EQ(shown("-12\u00A0345\u00A0678,9", kRules), "-12345678.9");
  EXPECT_EQ(shown("1\u202F234", kRules), "1234");
  EXPECT_EQ(shown("12345,5", kRules), "12345.5");
  for (const auto* wrong : {"1 23,5", "12 34", "1234 567", "1  234", "1 234 ", " 234", "1,2 345", "1,", ",5", "1 2345", "1 234,50 €"}) EXPECT_EQ(shown(wrong, kRules), "fault type") << wrong;
  EXPECT_EQ(shown("1 234.5", {.type = ValueType::number}), "fault type");
}

// The reason says what to do, and never says --decimal comma where the comma may stand between thousands.
TEST(Cell, NumbersThatAreRefusedSayWhatToDo) {
  const auto reason = [](std::string_view text, bool has_decimal_comma) {
    return read_cell({.text = text}, {.type = ValueType::number, .has_decimal_comma = has_decimal_comma}).error().reason;
  };
  EXPECT_NE(reason("1 234,50 €", true).find("currency sign"), std::string::npos);
  EXPECT_NE(reason("12 Kč", false).find("currency sign"), std::string::npos);
  EXPECT_NE(reason("1 234,50", false).find("--decimal comma"), std::string::npos);
  EXPECT_NE(reason("1,5", false).find("--decimal comma"), std::string::npos);
  EXPECT_EQ(reason("1,234", false).find("--decimal comma"), std::string::npos);
  EXPECT_NE(reason("1234567890123456789", true).find("18 digits"), std::string::npos);
}

// An array of numbers was refused.
TEST(Cell, SetsOfNumbersAreTheirTexts) {
  constexpr CellRules kRules{.type = ValueType::set};
  EXPECT_EQ(shown("[7, 12.50,1e3, 7]", kRules), R"(["7","12.50","1e3"])");
  EXPECT_EQ(shown(" [7,\"a|b\"]", kRules), R"(["7","a|b"])");
  EXPECT_EQ(shown("[]", kRules), "");
  EXPECT_EQ(shown("7|12", kRules), R"(["7","12"])");
  for (const auto* wrong : {"[7", "[true]", "[null]", "[[7]]", "[{}]"}) EXPECT_EQ(shown(wrong, kRules), "fault type") << wrong;
}

TEST(Cell, FormatsStandBesideTheYearFirstForm) {
  const DateFormat format = DateFormat::compile("%d.%m.%Y").value();
  EXPECT_EQ(shown("31.01.2024", {.type = ValueType::date, .format = &format}), "2024-01-31");
  EXPECT_EQ(shown("2024-01-31", {.type = ValueType::date, .format = &format}), "2024-01-31");
  const DateFormat swapped = DateFormat::compile("%Y-%d-%m").value();
  EXPECT_EQ(shown("2024-31-01", {.type = ValueType::date, .format = &swapped}), "2024-01-31");
  EXPECT_EQ(shown("2024-01-31", {.type = ValueType::date, .format = &swapped}), "fault type");
}

TEST(Cell, ADateAsATimeIsTheStartOfItsDay) {
  const CellRules rules{.type = ValueType::timestamp, .zone = &bratislava()};
  EXPECT_EQ(to_string(read_instant({.text = "2024-07-01"}, rules).value()), "2024-06-30T22:00:00Z");
  EXPECT_EQ(read_instant({.text = "yesterday"}, rules).error().code, "time");
  const Zone zone = Zone::find("America/Sao_Paulo").value();  // the clocks went forward at midnight
  EXPECT_EQ(to_string(zone.start_of(*parse_date("2017-10-15"))), "2017-10-15T03:00:00Z");
}

TEST(Cell, AnUnknownZoneIsAnError) { EXPECT_EQ(Zone::find("Europe/Kosice").error().code, ErrorCode::usage); }

}  // namespace
}  // namespace wanamaker::cell_test
