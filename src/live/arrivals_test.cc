#include "live/arrivals.h"

#include "calendar/zone.h"
#include "language/checker.h"

#include <gtest/gtest.h>

namespace wanamaker::arrivals_test {
namespace {

constexpr Timestamp kNow{1'772'323'200'000};  // 2026-03-01T00:00:00Z

// One event name, `buy`, with an amount and a shop.
class ArrivalsTest : public testing::Test {
 protected:
  ArrivalsTest() {
    base_.schema.events.push_back({.name = "buy", .properties = {}});
    base_.schema.events[0].properties.add({.name = "amount", .type = ValueType::number});
    base_.schema.events[0].properties.add({.name = "shop", .type = ValueType::text});
    base_.events.emplace_back();
    contact_ = base_.contact_for("c1");
  }

  EventRef buy(std::string_view amount, std::string_view shop) {
    const std::uint32_t row = base_.events[0].append(contact_, kNow, "");
    if (!amount.empty()) base_.events[0].set_property(row, {0}, base_.cells.to_cell(Value(Decimal::parse(amount).value())));
    if (!shop.empty()) base_.events[0].set_property(row, {1}, base_.cells.to_cell(Value(std::string(shop))));
    base_.settle();
    return {{0}, row};
  }

  // Whether the event makes it look at the condition again, where that says `holds` now.
  bool looks(const std::string& condition, const EventRef& event, bool holds) {
    const auto definition = compile(condition, {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}});
    EXPECT_TRUE(definition.has_value()) << condition;
    Arrivals arrivals({0});
    arrivals.add({7}, definition->root);
    Probe probe({base_, zone_, kNow}, nullptr);
    int visits = 0;
    arrivals.for_each(event, contact_, probe, [&](ConditionNumber) { return holds; }, [&](ConditionNumber, Arrivals::Passes) { ++visits; });
    return visits > 0;
  }

  Base base_;
  Zone zone_ = Zone::utc();
  ContactOrdinal contact_;
};

TEST_F(ArrivalsTest, OnlyEventsThatPassTheFilter) {
  const EventRef small = buy("9.5", "a");
  const EventRef large = buy("10", "b");
  const EventRef unknown = buy("", "");
  for (const auto& [condition, passing] : std::vector<std::pair<std::string, std::vector<bool>>>{
           {"did buy", {true, true, true}},
           {"did buy (amount >= 10)", {false, true, false}},
           {"did buy (amount < 10)", {true, false, false}},
           {"did buy (amount between 9.5 and 9.99)", {true, false, false}},
           {"did buy (amount in (1, 9.50))", {true, false, false}},
           {"did buy (amount != 10)", {true, false, true}},
           {"did buy (not (amount > 9.75))", {true, false, true}},
           {"did buy (shop = \"A\")", {true, false, false}},
           {"did buy (amount > 1 and shop is known)", {true, true, false}},
           {"did buy (amount is empty)", {false, false, true}},
           {"did buy (amount >= 10) then buy (shop = \"a\") within 1 days", {true, true, false}},
           {"did buy then buy (amount > previous.amount) within 1 days", {true, true, true}},
           {"last buy (shop = \"b\") was in last 3 days", {false, true, false}},
           {"sum of amount for buy (shop = \"b\") > 3", {false, true, false}},
           {"days since last buy (amount > 9.9) > 3", {false, true, false}},
       }) {
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(looks(condition, std::vector{small, large, unknown}[i], false), passing[i]) << condition << ", event " << i;
  }
}

TEST_F(ArrivalsTest, NotWhereItCanOnlyConfirm) {
  const EventRef event = buy("5", "a");
  const EventRef refund = buy("-5", "a");
  const auto looks_where = [&](const std::string& condition, const EventRef& at) { return std::pair(looks(condition, at, true), looks(condition, at, false)); };
  EXPECT_EQ(looks_where("did buy at least 2 times in last 30 days", event), std::pair(false, true));
  EXPECT_EQ(looks_where("did buy at most 2 times in last 30 days", event), std::pair(true, false));
  EXPECT_EQ(looks_where("did buy exactly 2 times", event), std::pair(true, true));
  EXPECT_EQ(looks_where("count of buy > 2", event), std::pair(false, true));
  EXPECT_EQ(looks_where("count of buy <= 2", event), std::pair(true, false));
  EXPECT_EQ(looks_where("count of buy != 2", event), std::pair(true, true));
  EXPECT_EQ(looks_where("sum of amount for buy > 2", event), std::pair(false, true));
  EXPECT_EQ(looks_where("sum of amount for buy > 2", refund), std::pair(true, true));
  EXPECT_EQ(looks_where("maximum of amount for buy > 2", event), std::pair(false, true));
  EXPECT_EQ(looks_where("maximum of amount for buy < 2", event), std::pair(true, true));
  EXPECT_EQ(looks_where("minimum of amount for buy < 2", event), std::pair(false, true));
  EXPECT_EQ(looks_where("average of amount for buy > 2", event), std::pair(true, true));
  EXPECT_EQ(looks_where("distinct of shop for buy >= 2", event), std::pair(false, true));
  EXPECT_EQ(looks_where("did buy then buy within 3 days", event), std::pair(false, true));
  EXPECT_EQ(looks_where("did buy then not buy within 3 days", event), std::pair(true, true));
  EXPECT_EQ(looks_where("last buy was more than 3 days ago", event), std::pair(true, true));
}

}  // namespace
}  // namespace wanamaker::arrivals_test
