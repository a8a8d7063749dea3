#include "ingest/date_format.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

std::string shown(const std::optional<ReadTime>& read) {
  if (!read) return "no";
  std::string text = to_string(read->day);
  if (read->has_time) text += " " + std::to_string(read->ms_of_day);
  if (read->offset_minutes) text += " offset " + std::to_string(*read->offset_minutes);
  return text;
}

// A format says where day, month and year stand.
TEST(DateFormat, Reads) {
  constexpr std::string_view kCases[][3] = {
      {"%d.%m.%Y", "31.1.2024", "2024-01-31"},
      {"%d.%m.%Y", "31.01.2024", "2024-01-31"},
      {"%d.%m.%Y", "31.13.2024", "no"},
      {"%d.%m.%Y", "29.02.2023", "no"},
      {"%d.%m.%Y", "31.01.24", "no"},
      {"%d.%m.%y", "31.01.24", "2024-01-31"},
      {"%d.%m.%y", "31.01.69", "1969-01-31"},
      {"%Y%m%d", "19970101", "1997-01-01"},
      {"%Y%m%d", "1997011", "no"},
      {"%d/%m/%Y %H:%M", "05/06/2024 7:30", "2024-06-05 27000000"},
      {"%m/%d/%Y %H:%M:%S", "06/05/2024 07:30:01.250", "2024-06-05 27001250"},
      {"%FT%T%z", "2024-06-05T07:30:00+0200", "2024-06-05 27000000 offset 120"},
      {"%d.%m.%Y", "31.01.2024 ", "no"},
  };
  for (const auto& [format, text, expected] : kCases) EXPECT_EQ(shown(DateFormat::compile(format)->read(text)), expected) << format << " " << text;
}

TEST(DateFormat, WrongFormatsSayWhy) {
  for (const auto* wrong : {"%d.%m", "%Q", "%d.%m.%Y%", "", "dd.mm.yyyy"}) {
    const auto format = DateFormat::compile(wrong);
    ASSERT_FALSE(format) << wrong;
    EXPECT_FALSE(format.error().hint.empty());
  }
}

TEST(DateFormat, YearFirstNeedsNoFormat) {
  EXPECT_EQ(shown(read_year_first_time("2024-01-31 10:00")), "2024-01-31 36000000");
  EXPECT_EQ(shown(read_year_first_time("2024-01-31T10:00:01.5")), "2024-01-31 36001500");
  for (const auto* wrong : {"2024-01-31", "2024-01-31 1:00", "2024-01-31 24:00", "2024-01-31 10:00Z", "31.01.2024 10:00"}) {
    EXPECT_EQ(shown(read_year_first_time(wrong)), "no") << wrong;
  }
}

std::string order_of(const std::vector<std::string_view>& cells) {
  DateOrder order;
  for (const auto cell : cells) order.take(cell);
  return !order.holds() ? "no" : order.is_ambiguous() ? "ambiguous" : order.format();
}

TEST(DateOrder, IsProvedByTheCells) {
  EXPECT_EQ(order_of({"01.02.2024", "31.01.2024"}), "%d.%m.%Y");
  EXPECT_EQ(order_of({"01/31/2024 10:00", "02/01/2024 09:30"}), "%m/%d/%Y %H:%M");
  EXPECT_EQ(order_of({"01/02/2024", "03/04/2024"}), "ambiguous");
  EXPECT_EQ(order_of({"13/02/2024", "02/13/2024"}), "no");
  EXPECT_EQ(order_of({"01.02.2024", "01/02/2024"}), "no");
  EXPECT_EQ(order_of({"2024-01-02"}), "no");
  EXPECT_EQ(order_of({}), "no");
}

}  // namespace
}  // namespace wanamaker
