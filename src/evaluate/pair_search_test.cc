// What a search for pairs says, against asking of each pair: orders, equality and their negations, missing values, and numbers of several scales.

#include "evaluate/pair_search.h"

#include "calendar/zone.h"
#include "evaluate/probe.h"
#include "language/checker.h"

#include <gtest/gtest.h>

#include <random>

namespace wanamaker {
namespace {

constexpr std::int64_t kStart = 1'772'323'200'000;  // 2026-03-01T00:00:00Z

class PairSearchTest : public testing::Test {
 protected:
  PairSearchTest() {
    base_.schema.events.push_back({.name = "a", .properties = {}});
    base_.schema.events.back().properties.add({.name = "x", .type = ValueType::number});
    base_.schema.events.back().properties.add({.name = "name", .type = ValueType::text});
    base_.events.emplace_back();
  }

  // Events a minute apart; a fifth of the values is missing, and few differ.
  void fill(std::uint64_t seed, std::uint32_t count) {
    std::mt19937_64 random(seed);
    const ContactOrdinal contact = base_.contact_for("c");
    const std::vector<std::string> names{"Zoe", "zoe", "Zoé", "Ada", "Bob"};
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t row = base_.events[0].append(contact, {kStart + std::int64_t{i} * 60'000}, "");
      if (random() % 5 != 0) base_.events[0].set_property(row, {0}, base_.cells.to_cell(Value(Decimal::from_parts(static_cast<std::int64_t>(random() % 12) - 3, static_cast<std::uint8_t>(random() % 3)))));
      if (random() % 5 != 0) base_.events[0].set_property(row, {1}, base_.cells.to_cell(Value(names[random() % names.size()])));
      events_.push_back({{0}, row});
    }
    base_.settle();
  }

  TypedExpression filter(const std::string& text) const {
    const auto definition = compile("did a then a (" + text + ") within 5 hours", {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}});
    EXPECT_TRUE(definition.has_value()) << text;
    return *definition->root.steps[1].source.where;
  }

  bool by_asking(const TypedExpression& where, const EventRef& own, const EventRef& previous) const {
    Subject subject = Subject::of({0});
    subject.event = &own;
    subject.previous = &previous;
    return Probe({base_, zone_, {kStart}}, nullptr).decide(where, subject);
  }

  Base base_;
  Zone zone_ = Zone::utc();
  std::vector<EventRef> events_;
};

TEST_F(PairSearchTest, SaysWhatAskingOfEachPairSays) {
  fill(3, 120);
  for (const std::string text : {"x > previous.x", "x >= previous.x", "previous.x > x", "x <= previous.x", "x < previous.x", "x = previous.x", "x != previous.x", "not x > previous.x", "not x <= previous.x", "not x = previous.x",
                                 "name = previous.name", "name != previous.name", "name = previous.name exactly", "name = previous.name ignoring accents", "time > previous.time"}) {
    const TypedExpression where = filter(text);
    auto search = PairSearch::of(where, base_);
    ASSERT_TRUE(search) << text;
    for (const PairSearch::Side side : {PairSearch::Side::own, PairSearch::Side::previous}) {
      ASSERT_TRUE(search->start(side, events_, events_));
      std::mt19937_64 random(7);
      for (std::size_t i = 0, first = 0, last = 0; i < events_.size(); ++i) {
        last = std::min(events_.size(), std::max(last, i + random() % 4));
        first = std::min(last, std::max(first, i - std::min<std::size_t>(i, random() % 9)));
        bool expected = false;
        for (std::size_t j = first; j < last; ++j)
          expected |= side == PairSearch::Side::previous ? by_asking(where, events_[i], events_[j]) : by_asking(where, events_[j], events_[i]);
        EXPECT_EQ(search->any(first, last, events_[i]), expected) << text << " at " << i << ", " << first << " to " << last;
      }
    }
  }
}

TEST_F(PairSearchTest, KeepsApartWhatSpeaksOfTheEventAlone) {
  const TypedExpression where = filter("x > 3 and x > previous.x and name = \"Zoe\"");
  const auto search = PairSearch::of(where, base_);
  ASSERT_TRUE(search);
  EXPECT_EQ(search->alone().size(), 2U);
}

TEST_F(PairSearchTest, IsNotForWhatIsNoSingleComparison) {
  for (const std::string text : {"x > previous.x and name = previous.name", "x > previous.x or x = 3", "previous.x = 3", "x > previous.x + 1"}) EXPECT_FALSE(PairSearch::of(filter(text), base_)) << text;
}

TEST_F(PairSearchTest, DoesNotBeginWhereNumbersDoNotFit) {
  const ContactOrdinal contact = base_.contact_for("c");
  for (const Decimal value : {Decimal::from_parts(999'999'999'999'999'999, 0), Decimal::from_parts(1, 18)}) {
    const std::uint32_t row = base_.events[0].append(contact, {kStart}, "");
    base_.events[0].set_property(row, {0}, base_.cells.to_cell(Value(value)));
    events_.push_back({{0}, row});
  }
  base_.settle();
  const TypedExpression where = filter("x > previous.x");
  auto search = PairSearch::of(where, base_);
  ASSERT_TRUE(search);
  EXPECT_FALSE(search->start(PairSearch::Side::previous, events_, events_));
}

}  // namespace
}  // namespace wanamaker
