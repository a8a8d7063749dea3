// Since when a rule says what it says, against a walk back through every hour.

#include "live/flip_search.h"

#include "calendar/zone.h"
#include "language/checker.h"

#include <gtest/gtest.h>

#include <random>

namespace wanamaker::flip_search_test {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr Timestamp kNow{1'772'323'200'000};  // 2026-03-01T00:00:00Z

Timestamp hours_ago(std::int64_t hours) { return {kNow.ms - hours * kHour}; }

class FlipSearchTest : public testing::Test {
 protected:
  FlipSearchTest() {
    for (const char* name : {"buy", "visit"}) {
      base_.schema.events.push_back({.name = name, .properties = {}});
      base_.events.emplace_back();
    }
  }
  Definition compiled(const std::string& text) { return *compile(text, {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}}); }
  void add(std::uint32_t event, ContactOrdinal contact, Timestamp at) {
    base_.events[event].append(contact, at, "");
    base_.settle();
  }
  // Every instant of these rules is of a whole hour.
  Timestamp found_by_walking(const TypedExpression& rule, ContactOrdinal contact, Timestamp own_at) {
    const auto says = [&](Timestamp t) { return Probe({base_, zone_, t}, nullptr).decide(rule, Subject::of(contact)); };
    const bool holds = says(kNow);
    for (Timestamp t = kNow; t > own_at; t.ms -= kHour) if (says({t.ms - 1}) != holds) return t;
    return own_at;
  }

  Base base_;
  Zone zone_ = Zone::utc();
};

TEST_F(FlipSearchTest, AnEventThatCameLateTurnsWhereItsWindowEnded) {
  const ContactOrdinal contact = base_.contact_for("c1");
  add(0, contact, hours_ago(10 * 24));
  FlipSearch search;
  const auto flipped = [&](const std::string& text) { return search.flipped_at(compiled(text).root, contact, hours_ago(10 * 24), {base_, zone_, kNow}); };
  EXPECT_EQ(flipped("did buy in last 30 days"), hours_ago(10 * 24)) << "nothing turned since";
  EXPECT_EQ(flipped("not did buy in last 7 days"), hours_ago(3 * 24));
  EXPECT_EQ(flipped("last buy was between 2 and 20 days ago"), hours_ago(8 * 24));
}

TEST_F(FlipSearchTest, WhatIsKeptIsForgottenWhenTheBaseChanges) {
  const ContactOrdinal contact = base_.contact_for("c1");
  const Definition rule = compiled("not did buy in last 7 days");
  add(0, contact, hours_ago(20 * 24));
  FlipSearch search;
  EXPECT_EQ(search.flipped_at(rule.root, contact, hours_ago(20 * 24), {base_, zone_, kNow}), hours_ago(13 * 24));
  search.forget();
  add(0, contact, hours_ago(9 * 24));
  EXPECT_EQ(search.flipped_at(rule.root, contact, hours_ago(20 * 24), {base_, zone_, kNow}), hours_ago(2 * 24));
}

TEST_F(FlipSearchTest, FindsWhatAWalkThroughEveryHourFinds) {
  std::mt19937_64 random(1);
  const auto below = [&](std::int64_t end) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end)); };
  std::vector<Definition> rules;
  for (const char* text : {"did buy in last 50 hours", "did buy at least 2 times in last 5 days", "not did visit in last 30 hours and did buy in last 9 days", "last visit was between 20 and 90 hours ago",
                           "did buy then visit within 30 hours", "did buy at most 1 times in last 4 days or did visit in last 12 hours", "not did buy today", "last buy was more than 3 days ago"})
    rules.push_back(compiled(text));
  FlipSearch search;
  for (int round = 0; round < 40; ++round) {
    const ContactOrdinal contact = base_.contact_for("r" + std::to_string(round));
    for (std::int64_t left = below(8); left > 0; --left) add(static_cast<std::uint32_t>(below(2)), contact, hours_ago(below(300)));
    search.forget();
    for (const Definition& rule : rules) {
      const Timestamp own_at = hours_ago(1 + below(300));
      EXPECT_EQ(search.flipped_at(rule.root, contact, own_at, {base_, zone_, kNow}), found_by_walking(rule.root, contact, own_at)) << "round " << round << ": " << rule.root.text;
    }
  }
}

}  // namespace
}  // namespace wanamaker::flip_search_test
