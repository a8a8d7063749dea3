// Since when and until when an answer holds, of contacts with so many events that conditions which turn once are searched for their turn: against
// the probe at every instant at which anything can change.

#include "evaluate/validity.h"

#include "calendar/zone.h"
#include "language/checker.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace wanamaker::validity_test {
namespace {

constexpr std::int64_t kNow = 1'772'323'200'000;  // 2026-03-01T00:00:00Z
constexpr std::int64_t kHour = 3'600'000;

class ValidityTest : public testing::Test {
 protected:
  ValidityTest() {
    for (const char* name : {"a", "b"}) {
      base_.schema.events.push_back({.name = name, .properties = {}});
      base_.schema.events.back().properties.add({.name = "x", .type = ValueType::number});
      base_.events.emplace_back();
    }
  }

  // Events at hours of a hundred days, some a millisecond off, many at one instant, and a few of the future.
  void fill(std::uint64_t seed, int events) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint64_t most) { return static_cast<std::int64_t>(random() % most); };
    base_.events.assign(2, {});
    const ContactOrdinal contact = base_.contact_for("c");
    for (int i = 0; i < events; ++i) {
      const std::int64_t at = kNow + (below(2'420) - 2'400) * kHour + (below(4) == 0 ? below(3) - 1 : 0);
      EventTable& table = base_.events[static_cast<std::size_t>(below(2))];
      const std::uint32_t row = table.append(contact, {at}, "");
      if (below(6) != 0) table.set_property(row, {0}, base_.cells.to_cell(Value(Decimal::from_parts(below(60), 0))));
    }
    base_.settle();
  }

  // Of events, and of events moved by the spans of the definitions below.
  std::set<Timestamp> instants() const {
    std::set<Timestamp> all;
    for (const EventTable& table : base_.events) {
      for (std::uint32_t row = 0; row < table.size(); ++row)
        for (const std::int64_t hours : {0, 5, 24, 48, 720}) all.insert({table.at(row).ms + hours * kHour});
    }
    return all;
  }

  // What validity() is to say, by asking at each instant.
  Validity by_asking(const TypedExpression& root, Timestamp t, const std::set<Timestamp>& instants) const {
    const auto decide = [&](Timestamp at) { return Probe({base_, zone_, at}, nullptr).decide(root, Subject::of({0})); };
    Validity said{.member = decide(t)};
    for (auto at = instants.upper_bound(t); at != instants.end() && !said.until; ++at) if (decide(*at) != said.member) said.until = *at;
    for (auto at = instants.upper_bound(t); at != instants.begin() && !said.since;) if (--at; decide({at->ms - 1}) != said.member) said.since = *at;
    return said;
  }

  Base base_;
  Zone zone_ = Zone::utc();
};

TEST_F(ValidityTest, SaysWhatAskingAtEveryInstantSays) {
  const std::vector<std::string> texts{
      "did a at least 100 times", "did a at most 40 times", "did a exactly 70 times", "did a between 20 and 90 times", "did a (x > 50) at least 12 times", "did a on at least 30 days",
      "did a at least 20 times since 2026-01-20", "did a before 2026-01-10", "did a at least 3 times in last 2 days", "did a then b within 5 hours", "did a (x = 7) then b (x > 30) within 24 hours",
      "did a then a (x > previous.x) within 5 hours", "did a then a (x > previous.x + 20) within 48 hours", "did a then not a (x > previous.x) within 48 hours",
      "did a then b (x = previous.x) within 48 hours in last 30 days", "did a (x < 20) then b between 5 and 24 hours later", "did a then not b within 5 hours", "did first b then a within 48 hours",
      "did a (x = 3) then b (x = 4) within 30 days", "not did a at least 60 times and did b in last 30 days", "did a then b within 5 hours in last 30 days"};
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    fill(seed, seed % 2 == 0 ? 400 : 150);
    const std::set<Timestamp> all = instants();
    for (const std::string& text : texts) {
      const auto definition = compile(text, {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}});
      ASSERT_TRUE(definition.has_value()) << text;
      for (const std::int64_t days : {0, 30, 60, 95}) {
        const Timestamp t{kNow - days * 24 * kHour + 1};
        const std::string where = text + " at " + to_string(t) + ", seed " + std::to_string(seed);
        const Environment environment{base_, zone_, t};
        const Validity expected = by_asking(definition->root, t, all);
        const Validity said = validity(definition->root, false, {0}, environment);
        ASSERT_TRUE(said.known) << where;
        EXPECT_EQ(said.member, expected.member) << where;
        EXPECT_EQ(said.since, expected.since) << where;
        EXPECT_EQ(said.until, expected.until) << where;
        EXPECT_EQ(next_change(definition->root, {0}, environment), expected.until) << where;
      }
    }
  }
}

// All of many events at each of many instants: the answer is that it is not known, in time.
TEST_F(ValidityTest, StopsWhereItWouldTakeTooLong) {
  fill(1, 60'000);
  const auto definition = compile("sum of x for a > 10", {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}});
  ASSERT_TRUE(definition.has_value());
  const Validity said = validity(definition->root, false, {0}, {base_, zone_, {kNow}});
  EXPECT_TRUE(said.member);
  EXPECT_FALSE(said.known);
  EXPECT_TRUE(said.is_cut);
  EXPECT_FALSE(said.since || said.until);
}

}  // namespace
}  // namespace wanamaker::validity_test
