// What `last X was …` is made of, against the whole.

#include "live/recency.h"

#include "calendar/zone.h"
#include "evaluate/probe.h"
#include "language/checker.h"

#include <gtest/gtest.h>

#include <random>

namespace wanamaker::recency_test {
namespace {

constexpr std::int64_t kNow = 1'772'323'200'000;  // 2026-03-01T00:00:00Z
constexpr std::int64_t kHour = 3'600'000;

class RecencyTest : public testing::Test {
 protected:
  RecencyTest() {
    for (const char* name : {"buy", "visit"}) {
      base_.schema.events.push_back({.name = name, .properties = {}});
      base_.schema.events.back().properties.add({.name = "shop", .type = ValueType::text});
      base_.events.emplace_back();
    }
  }
  Definition compiled(const std::string& text) { return *compile(text, {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}}); }

  Base base_;
  Zone zone_ = Zone::utc();
};

TEST_F(RecencyTest, PartsHaveTheTextsOfConditionsThatPeopleWrite) {
  const auto parts = recencies_of(compiled("last buy (shop = \"that was it\") was between 1 and 3 days ago").root);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].did.text, compiled("did buy (shop = \"that was it\") in last 3 days").root.text);
  EXPECT_TRUE(parts[0].holds);
  EXPECT_EQ(parts[1].did.text, compiled("did buy (shop = \"that was it\") in last 1 days").root.text);
  EXPECT_FALSE(parts[1].holds);
  EXPECT_EQ(recencies_of(compiled("last any of (buy, visit) was more than 5 hours ago").root)[0].did.text, compiled("did any of (buy, visit)").root.text);
}

TEST_F(RecencyTest, PartsTogetherSayWhatTheWholeSays) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 40; ++i) {
    const ContactOrdinal contact = base_.contact_for(std::to_string(i));
    for (std::uint64_t left = random() % 4; left > 0; --left) {
      EventTable& table = base_.events[random() % 2];
      const std::uint32_t row = table.append(contact, {kNow - static_cast<std::int64_t>(random() % 150) * kHour}, "");
      if (random() % 2 == 0) table.set_property(row, {0}, base_.cells.to_cell(Value(std::string("a"))));
    }
  }
  base_.settle();
  for (const char* text : {"last buy was in last 2 days", "last buy (shop = \"a\") was between 1 and 3 days ago", "last any event was more than 5 days ago", "last visit was between 0 and 48 hours ago"}) {
    const Definition whole = compiled(text);
    const auto parts = recencies_of(whole.root);
    ASSERT_FALSE(parts.empty()) << text;
    for (std::uint32_t contact = 0; contact < base_.ordinals(); ++contact) {
      for (std::int64_t hours = -160; hours < 200; ++hours) {
        for (const int shift : {-1, 0}) {
          Probe probe({base_, zone_, {kNow + hours * kHour + shift}}, nullptr);
          const bool holds = std::ranges::all_of(parts, [&](const Recency& part) { return probe.decide(part.did, Subject::of({contact})) == part.holds; });
          ASSERT_EQ(holds, probe.decide(whole.root, Subject::of({contact}))) << text << ", contact " << contact << ", hour " << hours;
        }
      }
    }
  }
}

TEST_F(RecencyTest, MonthsAndFirstEventsAreLeftWhole) {
  for (const char* text : {"first buy was in last 2 days", "last buy was in last 2 months", "last buy was today", "last buy was before 2026-02-27", "last buy (time in last 2 days) was in last 3 days"})
    EXPECT_TRUE(recencies_of(compiled(text).root).empty()) << text;
}

}  // namespace
}  // namespace wanamaker::recency_test
