// What a quick look says against the probe: now, until it wants to look again, and back to since when it says it has been so.

#include "evaluate/quick_look.h"

#include "calendar/zone.h"
#include "language/checker.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace wanamaker::quick_look_test {
namespace {

constexpr std::int64_t kNow = 1'772'323'200'000;  // 2026-03-01T00:00:00Z
constexpr std::int64_t kHour = 3'600'000;

class QuickLookTest : public testing::Test {
 protected:
  QuickLookTest() {
    for (const char* name : {"buy", "visit"}) {
      base_.schema.events.push_back({.name = name, .properties = {}});
      base_.schema.events.back().properties.add({.name = "amount", .type = ValueType::number});
      base_.schema.events.back().properties.add({.name = "shop", .type = ValueType::text});
      base_.events.emplace_back();
    }
  }

  // Some contacts with no, few or many events, at hours, many at the same, some a millisecond off, and some of the future.
  void fill(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint64_t most) { return static_cast<std::int64_t>(random() % most); };
    for (int i = 0; i < 25; ++i) {
      const ContactOrdinal contact = base_.contact_for("c" + std::to_string(i));
      const bool is_settled = below(2) == 0;  // nothing of the future
      for (std::int64_t left = below(3) == 0 ? below(40) : below(6); left > 0; --left) {
        const std::int64_t at = kNow + (below(is_settled ? 200 : 230) - 199) * kHour + (below(4) == 0 ? below(3) - 1 : 0);
        const auto type = static_cast<std::uint32_t>(below(2));
        const std::uint32_t row = base_.events[type].append(contact, {is_settled ? std::min(at, kNow) : at}, "");
        if (below(6) != 0) base_.events[type].set_property(row, {0}, base_.cells.to_cell(Value(Decimal::from_parts(below(40) - (seed % 2 == 0 ? 8 : 0), i % 5 == 0 ? static_cast<std::uint8_t>(below(2)) : std::uint8_t{0}))));
        if (below(3) != 0) base_.events[type].set_property(row, {1}, base_.cells.to_cell(Value(std::string(below(2) == 0 ? "a" : "B"))));
      }
    }
    base_.settle();
  }

  bool decide(const TypedExpression& node, ContactOrdinal contact, Timestamp t) { return Probe({base_, zone_, t}, nullptr).decide(node, Subject::of(contact)); }

  // All instants at which anything can change by these definitions, and the millisecond before.
  std::set<Timestamp> instants() const {
    std::set<Timestamp> all;
    for (const EventTable& table : base_.events) {
      for (std::uint32_t row = 0; row < table.size(); ++row) {
        if (!table.columns().times.at(row).known) continue;
        for (const std::int64_t hours : {0, 24, 48, 72, 120}) for (const int shift : {-1, 0}) all.insert({table.at(row).ms + hours * kHour + shift});
      }
    }
    return all;
  }

  Base base_;
  Zone zone_ = Zone::utc();
};

const std::vector<std::string> kDefinitions = {
    "did buy", "did buy at least 3 times in last 2 days", "did buy at most 2 times in last 48 hours", "did buy exactly 1 times in last 3 days",
    "did buy between 1 and 3 times in last 5 days", "did buy (amount > 10) at least 2 times in last 5 days", "did any of (buy, visit) (amount != 3) at least 4 times in last 3 days",
    "did any event (shop = \"b\") at least 2 times in last 2 days", "did buy (amount is empty and shop is known) in last 5 days", "did buy at least 0 times in last 1 days",
    "did visit since 2026-02-27", "did visit at least 2 times between 2026-02-24 and 2026-02-25", 
    "last buy was in last 2 days", "last buy (amount between 1 and 12) was between 1 and 3 days ago", "last any event was more than 5 days ago", "last visit (shop = \"a\") was before 2026-02-27",
    "sum of amount for buy in last 3 days > 40", "sum of amount for buy in last 5 days <= 20", "sum of amount for any of (buy, visit) (shop = \"a\") in last 2 days between 5 and 30.5",
    "sum of amount for buy != 12", "sum of amount for visit in last 1 days = 0", "count of buy in last 2 days >= 2", "count of any event (amount < 9) in last 5 days between 2 and 5",
    "did buy then visit within 1 days", "did buy (amount < 9) then visit between 1 and 3 days later", "did visit then buy (shop = \"a\") within 5 hours then any event within 2 days",
    "did buy then buy within 24 hours", "did buy then visit within 1 days in last 3 days", "did buy then buy within 24 hours in last 5 days",
    "did visit then buy (shop = \"a\") within 5 hours then any event within 2 days in last 3 days"};

TEST_F(QuickLookTest, SaysWhatTheProbeSays) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    base_.events.assign(2, {});
    fill(seed);
    const std::set<Timestamp> edges = instants();
    std::mt19937_64 random(seed);
    for (const std::string& text : kDefinitions) {
      const auto definition = compile(text, {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}});
      ASSERT_TRUE(definition.has_value()) << text;
      EventReads reads;
      const auto look = QuickLook::of(definition->root, reads);
      ASSERT_TRUE(look.has_value()) << text;
      std::size_t answers = 0;
      for (std::uint32_t contact = 0; contact < base_.ordinals(); ++contact) {
        std::vector<Timestamp> moments{{kNow}};
        for (const Timestamp edge : edges) if (random() % 200 == 0) moments.push_back(edge);
        for (const Timestamp t : moments) {
          Probe probe({base_, zone_, t}, nullptr);
          reads.turn_to({contact}, t, base_);
          QuickLook::Answer answer;
          if (!look->look({contact}, {}, reads, probe, answer)) continue;
          ++answers;
          const std::string where = text + ", contact " + std::to_string(contact) + " at " + to_string(t) + ", seed " + std::to_string(seed);
          ASSERT_EQ(answer.holds, decide(definition->root, {contact}, t)) << where;
          ASSERT_GT(answer.next, t) << where;
          QuickLook::Answer by_time;
          ASSERT_TRUE(look->look({contact}, {.kind = QuickLook::News::Kind::time}, reads, probe, by_time)) << where;
          ASSERT_EQ(by_time.holds, answer.holds) << where;
          ASSERT_EQ(by_time.next, answer.next) << where;
          ASSERT_LE(answer.since, t) << where;
          for (auto edge = edges.upper_bound(t); edge != edges.end() && *edge < answer.next; ++edge) ASSERT_EQ(answer.holds, decide(definition->root, {contact}, *edge)) << where << ", later " << to_string(*edge);
          for (auto edge = edges.lower_bound(answer.since); edge != edges.end() && *edge < t; ++edge) ASSERT_EQ(answer.holds, decide(definition->root, {contact}, *edge)) << where << ", earlier " << to_string(*edge);
        }
      }
      EXPECT_GT(answers, base_.ordinals() / 2) << text;
    }
  }
}

// Events come one by one, on time and late; what each alone tells of a condition that did not hold must be what the probe says.
TEST_F(QuickLookTest, NewsOfOneEventTellsWhatTheProbeSays) {
  const std::vector<std::string> texts{"did buy", "did buy in last 2 days", "did buy at least 2 times in last 2 days", "did buy at least 3 times in last 5 days", "did any event at least 2 times in last 3 days",
                                       "did buy then visit within 1 days", "did visit then buy between 2 and 20 hours later then buy within 3 days", "did buy then buy within 5 hours",
                                       "did buy then visit within 1 days in last 2 days", "did buy then buy within 20 hours in last 3 days"};
  std::size_t told = 0;
  std::size_t vain = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint64_t most) { return static_cast<std::int64_t>(random() % most); };
    base_.events.assign(2, {});
    const ContactOrdinal contact = base_.contact_for("c");
    EventReads reads;
    std::vector<Definition> definitions;
    for (const std::string& text : texts) definitions.push_back(*compile(text, {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}}));
    std::vector<QuickLook> looks;
    for (const Definition& definition : definitions) looks.push_back(*QuickLook::of(definition.root, reads));
    for (Timestamp now{kNow}; now.ms < kNow + 400 * kHour; now.ms += below(20) * kHour) {
      std::vector<bool> held;
      for (const Definition& definition : definitions) held.push_back(decide(definition.root, contact, now));
      const auto type = static_cast<std::uint32_t>(below(2));
      const Timestamp at{now.ms - (below(3) == 0 ? below(90) * kHour : 0)};
      base_.events[type].append(contact, at, "");
      base_.settle();
      Probe probe({base_, zone_, now}, nullptr);
      reads.turn_to(contact, now, base_);
      for (std::size_t i = 0; i < looks.size(); ++i) {
        if (held[i] || (type == 1 && i < 4)) continue;  // of these no visit passes
        const bool holds = decide(definitions[i].root, contact, now);
        const QuickLook::News news{.kind = QuickLook::News::Kind::one_event, .at = at};
        const std::string where = texts[i] + ", seed " + std::to_string(seed) + ", at " + to_string(now);
        if (looks[i].is_vain(news, contact, base_)) {
          ++vain;
          ASSERT_FALSE(holds) << where;
          for (Timestamp t = at; t <= now; t.ms += kHour) ASSERT_FALSE(decide(definitions[i].root, contact, t)) << where;
        }
        QuickLook::Answer answer;
        if (looks[i].told_by(news, now, answer)) {
          ++told;
          ASSERT_EQ(answer.holds, holds) << where;
          for (Timestamp t = answer.since; t <= now; t.ms += kHour) ASSERT_TRUE(decide(definitions[i].root, contact, t)) << where;
          const Timestamp last{answer.next == QuickLook::kNever ? now.ms : answer.next.ms - 1};
          ASSERT_TRUE(decide(definitions[i].root, contact, last)) << where;
        }
        ASSERT_TRUE(looks[i].look(contact, news, reads, probe, answer)) << where;
        ASSERT_EQ(answer.holds, holds) << where;
      }
    }
  }
  EXPECT_GT(told, 100U);
  EXPECT_GT(vain, 100U);
}

TEST_F(QuickLookTest, LeavesTheRestToTheProbe) {
  for (const char* text : {"did buy on at least 2 days in last 3 days", "did buy in last 2 months", "did buy today", "first buy was in last 2 days", "last buy was today",
                           "average of amount for buy > 3", "did buy then not visit within 1 days", "did first buy then visit within 1 days", "did buy then visit within 1 days in last 3 months", "did buy then visit within 1 days since 2026-02-27",
                           "did buy (time in last 2 days)", "did buy then visit (amount > previous.amount) within 1 days", "amount of last buy > 3"}) {
    const auto definition = compile(text, {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}});
    ASSERT_TRUE(definition.has_value()) << text << definition.error().message;
    EventReads reads;
    EXPECT_FALSE(QuickLook::of(definition->root, reads).has_value()) << text;
  }
}

}  // namespace
}  // namespace wanamaker::quick_look_test
