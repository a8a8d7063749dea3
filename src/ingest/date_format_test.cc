#include "ingest/date_format.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

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

// What is read quickly is what is read carefully; what is not, is not said to be wrong.
TEST(DateFormat, PlainTimesAreReadAlike) {
  const auto carefully = [](std::string_view text) {
    if (auto read = read_year_first_time(text)) return read;
    const auto at = parse_timestamp(text);
    if (!at) return std::optional<ReadTime>();
    const Date day = utc_date(*at);
    return std::optional(ReadTime{.day = day, .ms_of_day = at->ms - day.days * kMillisecondsPerDay, .has_time = true, .offset_minutes = 0});
  };
  std::mt19937 random(1);
  std::uint64_t quick = 0;
  for (int i = 0; i < 200'000; ++i) {
    const auto draw = [&](std::uint32_t most) { return random() % (most + 1); };
    std::string text = fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", draw(9999), draw(13), draw(32), " Tt"[draw(2)], draw(24), draw(60), draw(60));
    if (draw(2) == 0) text += fmt::format(".{:03}", draw(999));
    if (draw(2) == 0) text += "Zz "[draw(2)];
    if (draw(3) == 0) text[draw(static_cast<std::uint32_t>(text.size() - 1))] = static_cast<char>(draw(255));
    if (draw(9) == 0) text.resize(draw(static_cast<std::uint32_t>(text.size())));
    const auto read = read_plain_time(text);
    if (!read) continue;
    ++quick;
    const auto expected = carefully(text);
    ASSERT_TRUE(expected) << text;
    EXPECT_EQ(read->day, expected->day) << text;
    EXPECT_EQ(read->ms_of_day, expected->ms_of_day) << text;
    EXPECT_EQ(read->has_time, expected->has_time) << text;
    EXPECT_EQ(read->offset_minutes, expected->offset_minutes) << text;
  }
  EXPECT_GT(quick, 50'000U);
  for (const auto* plain : {"2024-02-29 10:00:00", "0001-01-01T00:00:00Z", "9999-12-31 23:59:59.999", "2024-12-31T23:59:59.001Z"}) EXPECT_TRUE(read_plain_time(plain)) << plain;
  for (const auto* other : {"", "Z", "2023-02-29 10:00:00", "0000-01-01 00:00:00", "2024-01-01 24:00:00", "2024-01-01 10:00", "2024-01-01T10:00:00+01:00"}) EXPECT_FALSE(read_plain_time(other)) << other;
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
