// The sweep against the probe where random small bases do not reach: several shards and chunks, a contact with 100,000 events, counts
// beyond one and two bytes, rows that moved to another shard, erased rows, late and future events, a shard nobody is left in.

#include "evaluate/probe.h"
#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>

namespace wanamaker::sweep_test {
namespace {

constexpr Timestamp kNow{1'700'000'000'000};
constexpr std::uint32_t kContacts = 3 * kShardContacts + 70;
constexpr std::uint32_t kBusy = kShardContacts + 3;  // has 100,000 events
constexpr std::uint32_t kMany[] = {5, 254, 255, 256, 257, 65'535, 65'536, 65'537};

// Those that this processor has.
std::vector<const Kernels*> forms() {
  std::vector<const Kernels*> all;
  for (const char* name : {"baseline", "avx2", "avx512"}) if (const Kernels* form = find_kernels(name)) all.push_back(form);
  return all;
}

class LargeBase {
 public:
  LargeBase() : zone_(Zone::find("Europe/Bratislava").value()) {
    base_.schema.contact.add({.name = "country", .type = ValueType::text});
    base_.schema.contact.add({.name = "age", .type = ValueType::number});
    base_.schema.contact.add({.name = "born", .type = ValueType::date});
    base_.schema.contact.add({.name = "signed_up", .type = ValueType::timestamp});
    base_.schema.contact.add({.name = "interests", .type = ValueType::set});
    base_.schema.contact.add({.name = "never_known", .type = ValueType::number});
    base_.schema.account.add({.name = "industry", .type = ValueType::text});
    for (const char* name : {"bought", "seen"}) {
      base_.schema.events.push_back({.name = name, .properties = {}});
      base_.schema.events.back().properties.add({.name = "amount", .type = ValueType::number});
      base_.schema.events.back().properties.add({.name = "page", .type = ValueType::text});
      base_.events.emplace_back();
    }
    base_.schema.records.push_back({.name = "deal", .fields = {}});
    base_.schema.records.back().fields.add({.name = "stage", .type = ValueType::text});
    base_.records.emplace_back();
    for (std::uint32_t i = 0; i < kContacts; ++i) add_contact(i);
    for (int i = 0; i < 60'000; ++i) add_event(random_() % 2, static_cast<std::uint32_t>(random_() % kContacts));
    for (int i = 0; i < 100'000; ++i) add_event(1, kBusy);
    for (std::uint32_t i = 0; i < std::size(kMany); ++i) for (std::uint32_t k = 0; k < kMany[i]; ++k) add_event(0, 10 + i);
    change();
    base_.touch();
    base_.settle();
  }

  // The probe looks at all pairs of events of a sequence: for those the busiest contacts are left out.
  enum class Asked : std::uint8_t { all, not_the_busiest };
  void expect_sweep_is_probe(const std::string& text, Asked asked) {
    const auto definition = compile(text, {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}});
    ASSERT_TRUE(definition.has_value()) << text << ": " << definition.error().message;
    std::vector<SweepResult> swept;
    for (const Kernels* form : forms()) swept.push_back(Sweeper(*form, 2).sweep(*definition, base_, zone_, kNow));
    const auto rankings = Sweeper(best_kernels(), 2).rank_until(StopSign(), *definition, base_, zone_, kNow);
    Probe probe({base_, zone_, kNow, &*rankings}, nullptr);
    for (const std::uint32_t i : asked_) {
      if (asked == Asked::not_the_busiest && (i == kBusy || (i >= 10 && i < 10 + std::size(kMany)))) continue;
      const bool expected = base_.is_contact({i}) && probe.decide(definition->root, Subject::of({i}));
      for (std::size_t k = 0; k < swept.size(); ++k) ASSERT_EQ(swept[k].has({i}), expected) << text << ", contact " << i << ", " << forms()[k]->name;
    }
    for (const SweepResult& one : swept) {
      std::uint64_t members = 0;
      for (std::uint32_t i = 0; i < base_.ordinals(); ++i) members += one.has({i}) ? 1 : 0;
      EXPECT_EQ(one.count, members) << text;
      EXPECT_EQ(one.members, swept[0].members) << text;
    }
  }

 private:
  void add_contact(std::uint32_t i) {
    const ContactOrdinal contact = base_.contact_for("c" + std::to_string(i));
    const auto below = [&](std::uint64_t limit) { return random_() % limit; };
    if (below(10) != 0) base_.set_attribute({0}, contact, base_.cells.to_cell(std::string(1, static_cast<char>((below(2) == 0 ? 'A' : 'a') + below(20)))));
    if (below(10) != 0) base_.set_attribute({1}, contact, base_.cells.to_cell(Decimal::from_parts(static_cast<std::int64_t>(below(800)), i < kShardContacts ? 0 : 1)));
    if (below(10) != 0) base_.set_attribute({2}, contact, base_.cells.to_cell(Date{static_cast<std::int32_t>(below(20'000))}));
    if (below(10) != 0) base_.set_attribute({3}, contact, base_.cells.to_cell(Timestamp{kNow.ms - static_cast<std::int64_t>(below(400'000'000'000))}));
    if (below(3) == 0) base_.set_attribute({4}, contact, base_.cells.to_cell(TextSet{std::to_string(below(90)), std::to_string(below(90))}));
    if (below(5) == 0) base_.set_account_of(contact, base_.account_for("a" + std::to_string(below(300))));
    if (below(20) == 0) {
      const std::uint32_t record = base_.records[0].row_for("d" + std::to_string(i));
      base_.records[0].set_owner(record, OwnerKind::contact, contact.value);
      base_.records[0].set_field(record, {0}, base_.cells.to_cell(std::string(below(2) == 0 ? "Won" : "lost")));
    }
    if (i % 997 == 0) asked_.insert(i);
  }

  void add_event(std::uint64_t type, std::uint32_t contact) {
    const auto back = static_cast<std::int64_t>(random_() % 60'000'000'000);  // 694 days; one in forty is of the future
    const std::uint32_t row = base_.events[type].append({contact}, {kNow.ms + 1'500'000'000 - back}, "");
    if (random_() % 8 != 0) base_.events[type].set_property(row, {0}, base_.cells.to_cell(Decimal::from_parts(static_cast<std::int64_t>(random_() % 10'000) - 500, static_cast<std::uint8_t>(type == 0 ? random_() % 3 : 0))));
    if (random_() % 8 != 0) base_.events[type].set_property(row, {1}, base_.cells.to_cell("/p" + std::to_string(random_() % 30)));
    asked_.insert(contact);
    if (asked_.size() > 600) asked_.erase(asked_.begin());
  }

  // Merges across shards, erasures, and a shard with nobody in it.
  void change() {
    base_.settle();
    for (const auto& [from, into] : {std::pair<std::uint32_t, std::uint32_t>{20'000, kShardContacts + 9}, {kShardContacts + 11, 30'000}}) {
      for (int i = 0; i < 40; ++i) add_event(0, from);
      base_.settle();
      base_.merge_contacts({from}, {into});
      base_.settle();
      asked_.insert({from, into});
    }
    base_.erase_contact({12});
    for (std::uint32_t i = 0; i < 40; ++i) add_event(1, 40 + i);  // into the rows that the erased left
    base_.settle();
    for (std::uint32_t i = 3 * kShardContacts; i < kContacts; ++i) base_.erase_contact({i});
    asked_.insert({12, kContacts - 1});
    for (std::uint32_t i = 0; i < 30; ++i) asked_.insert(i);
    asked_.insert(kBusy);
  }

  std::mt19937_64 random_{7};
  Base base_;
  Zone zone_;
  std::set<std::uint32_t> asked_;
};

LargeBase& large_base() {
  static LargeBase base;  // made once: it takes a second
  return base;
}

// Segments on segments, each nearly as deep as one may be.
TEST(Sweep, HoldsHundredsOfLevels) {
  Base base;
  base.schema.contact.add({.name = "a", .type = ValueType::text});
  base.contact_for("somebody");
  base.touch();
  base.settle();
  const Zone zone = Zone::utc();
  base.catalog.segments["s0"] = {.text = "everyone", .parameters = {}, .saved_at = kNow};
  for (int i = 1; i <= 4; ++i) {
    std::string text = "in segment \"s" + std::to_string(i - 1) + "\"";
    for (int level = 0; level < 60; ++level) text = "a is empty and a is empty or a is known and (" + text + " or a is known)";
    base.catalog.segments["s" + std::to_string(i)] = {.text = text, .parameters = {}, .saved_at = kNow};
  }
  const auto definition = compile("in segment \"s4\"", {.schema = base.schema, .catalog = base.catalog, .parameters = {}});
  ASSERT_TRUE(definition.has_value()) << definition.error().message;
  EXPECT_EQ(Sweeper(best_kernels(), 2).sweep(*definition, base, zone, kNow).count, 1U);
}

// In St. John's 00:01 became 23:01 of the day before: that hour belongs to the day that had begun.
TEST(Sweep, CountsDaysWhereClocksGoBackOverMidnight) {
  Base base;
  base.schema.events.push_back({.name = "bought", .properties = {}});
  base.events.emplace_back();
  const std::int64_t change = parse_timestamp("2006-10-29T02:31:00Z").value().ms;
  std::mt19937_64 random(3);
  for (std::uint32_t i = 0; i < 200; ++i) {
    const ContactOrdinal contact = base.contact_for("c" + std::to_string(i));
    for (std::uint64_t k = 0; k <= i % 5; ++k) base.events[0].append(contact, {change - 7'200'000 + static_cast<std::int64_t>(random() % (k == 4 ? 90'000'000 : 10'800'000))}, "");
  }
  base.touch();
  base.settle();
  const Zone zone = Zone::find("America/St_Johns").value();
  const Timestamp now = parse_timestamp("2006-11-20T12:00:00Z").value();
  for (const char* text : {"did bought on at least 1 days", "did bought on exactly 2 days", "did bought on at least 3 days", "did bought on at least 1 days on 2006-10-29", "did bought on exactly 1 weeks since 2006-10-29", "did bought on at least 1 months since 2006-10-01"}) {
    const auto definition = compile(text, {.schema = base.schema, .catalog = base.catalog, .parameters = {}});
    ASSERT_TRUE(definition.has_value()) << definition.error().message;
    Probe probe({base, zone, now}, nullptr);
    const SweepResult swept = Sweeper(best_kernels(), 1).sweep(*definition, base, zone, now);
    for (std::uint32_t i = 0; i < base.ordinals(); ++i) ASSERT_EQ(swept.has({i}), probe.decide(definition->root, Subject::of({i}))) << text << ", contact " << i;
  }
}

class SweepOfALargeBase : public testing::TestWithParam<const char*> {};

TEST_P(SweepOfALargeBase, EqualsTheProbe) { large_base().expect_sweep_is_probe(GetParam(), LargeBase::Asked::all); }

class OrdersOfALargeBase : public testing::TestWithParam<const char*> {};

TEST_P(OrdersOfALargeBase, EqualTheProbe) { large_base().expect_sweep_is_probe(GetParam(), LargeBase::Asked::not_the_busiest); }

INSTANTIATE_TEST_SUITE_P(Attributes, SweepOfALargeBase, testing::Values(
    "country = \"a\"", "country in (\"b\", \"C\", \"d\") exactly", "country != \"e\"", "country starts with \"f\"",
    "age between 20 and 40", "age in (1, 2.5, 30)", "age >= 79.9", "age is known", "age != 40", "never_known is empty", "never_known > 1",
    "born before 1990-01-01", "age of born between 20 and 30", "month of born = 2", "born anniversary in next 7 days",
    "signed_up in last 3 months", "signed_up on 2023-01-01", "signed_up >= 2022-03-27", "signed_up between 3 and 6 months ago",
    "id starts with \"C19\"", "id in (\"c5\", \"C996\", \"c1994\", \"nobody\")", "id ends with \"7\" exactly", "id = \"c997\" ignoring accents", "id contains \"99\"", "id != \"c997\"", "id starts with \"C\" exactly", "country does not end with \"b\"",
    "hour of signed_up < 6", "weekday of signed_up in (\"Sunday\", \"Monday\")", "month of signed_up = 3", "age of signed_up >= 7", "signed_up anniversary in last 30 days", "hour of signed_up is known",
    "age * 2 + 3 > 100", "age * age >= 400", "-age < -50.5", "age - 10.25 = 20", "age / 3 > 10", "age / (age - 20) between 2 and 5", "age > never_known", "signed_up > signed_up", "age <= 100 - age", "age / never_known < 3",
    "interests has all of (\"3\", \"nobody's\")", "interests has at least 1 values", "interests has any of (\"nobody's\")", "at least 3 of (age > 20, age > 30, age > 40, country = \"a\", any deal, interests has \"7\")", "at least 0 of (age > 20, any deal)",
    "interests has \"7\"", "interests has any of (\"1\", \"2\", \"33\")", "interests has all of (\"3\", \"4\")", "interests has at least 2 values", "interests has any of (\"88\", \"7\", \"nobody's\")", "interests has all of (\"88\", \"89\")", "interests has none of (\"nobody's\", \"71\")",
    "account is known", "any deal", "any deal (stage = \"won\")", "at least 2 of (age > 40, country = \"a\", any deal)", "random 12.5 percent \"salt\""));

INSTANTIATE_TEST_SUITE_P(Pairs, OrdersOfALargeBase, testing::Values(
    "did bought then bought (amount > previous.amount) within 20 days", "did bought then bought (previous.amount <= amount) within 2 months in last 100 days", "did bought then bought (amount = previous.amount) within 9 days",
    "did bought then bought (amount != previous.amount and amount > 20) within 5 days", "did seen then seen (page = previous.page) between 1 and 9 days later", "did seen then seen (page != previous.page exactly) within 3 days",
    "did seen then seen (page = previous.page ignoring accents) between 1 and 2 months later in last 80 days", "did bought then not bought (amount > previous.amount) within 30 days", "did first bought then bought (amount < previous.amount) within 1 years",
    "did bought then not seen (page = previous.page) within 2 months", "did bought then bought (amount > previous.amount) within 30 days then bought (amount > previous.amount) within 30 days",
    "did any of (bought, seen) then bought (time > previous.time) within 10 days", "did bought (amount > 10) then bought (amount < previous.amount and contact.age > 30) within 60 days in last 300 days",
    "did any event then any event within 2 days", "did seen then seen between 1 and 2 months later", "did any event then bought within 5 hours",
    "did bought then seen within 1 months then bought within 1 months in last 2 years", "did bought then bought within 3 hours", "did first any event then bought within 60 days in last 1 years"));

INSTANTIATE_TEST_SUITE_P(FirstAndLast, SweepOfALargeBase, testing::Values(
    "time of last any event >= 2025-03-01", "time of first any event (contact.country = \"a\") < 2025-03-01", "days since last any of (bought, seen) > 20.5", "amount of last bought > 30", "page of first any of (bought, seen) = \"/p1\"",
    "page of last seen in last 3 months is known", "not amount of first bought (contact.age > 40) between 20 and 60", "last bought was in last 3 months", "first any event (contact.country = \"a\") was in last 1 years",
    "did any event on at least 5 days in last 3 months", "did seen on exactly 2 weeks in last 2 months", "did any event (contact.country in (\"a\", \"b\")) at least 3 times", "did seen (contact.country contains \"a\") at most 4 times"));

INSTANTIATE_TEST_SUITE_P(Counts, SweepOfALargeBase, testing::Values(
    "did bought", "did seen in last 30 days", "did bought at least 2 times", "did bought at least 254 times", "did bought at least 255 times", "did bought at least 256 times",
    "did bought exactly 255 times", "did bought at most 254 times", "did bought at most 256 times", "did bought between 256 and 65536 times", "did bought at least 65536 times",
    "did bought exactly 65536 times", "did bought more than 65536 times", "not did any event in last 60 days", "did bought in last 2 months", "did bought between 1 and 2 months ago",
    "did bought (amount > 50) at least 3 times", "did seen (page = \"/P7\") in last 90 days", "did bought (amount is empty or page starts with \"/p1\")",
    "did bought (contact.age > 40 and amount < 10)", "did seen (not amount >= 0)", "did bought (time >= 2023-01-01 and at least 2 of (amount > 1, page = \"/p1\", amount < 0))",
    "did bought on exactly 1 days", "did seen on at most 2 weeks in last 200 days", "did any event on at least 4 weeks in last 5 months", "did bought at least 2 times a day in at least 1 of last 40 days", "did seen at least 1 times a month in at least 3 of last 12 months in last 100 days",
    "did bought (hour of time < 8)", "did seen (weekday of time = \"Friday\" and contact.country = \"a\")", "did bought (contact.country is empty)", "did bought (not contact.age >= 50)",
    "did bought on at least 5 days in last 365 days", "did bought on at least 3 months", "did seen at least 1 times a week in at least 2 of last 8 weeks", "did bought never"));

INSTANTIATE_TEST_SUITE_P(Values, SweepOfALargeBase, testing::Values(
    "sum of amount for bought > 100", "sum of amount for seen in last 365 days between -100 and 5000", "sum of amount for bought = 0", "average of amount for bought >= 40.5",
    "average of amount for bought in (50, 12.5)", "average of amount for seen is empty", "minimum of amount for bought < 0", "maximum of amount for bought (page = \"/p3\") in last 180 days > 99",
    "count of bought between 2 and 4", "distinct of page for any of (bought, seen) >= 2", "distinct of amount for bought in (1, 2)", "days since last bought < 30.5",
    "days since first any event > 600", "time of last seen in last 6 months in last 40 days", "time of first bought is empty", "amount of last bought > 20", "amount of first bought in last 300 days <= 3", "page of last any of (bought, seen) = \"/p3\"", "page of first seen (amount > 10) is known", "amount of last seen is empty",
    "sum of amount for bought / count of bought > 40", "sum of amount for bought - 3 * sum of amount for seen >= 0.5", "distinct of page for seen = 3", "distinct of amount for any of (bought, seen) > 3", "sum of amount for bought > sum of amount for seen", "last bought was between 90 and 180 days ago",
    "first seen was in last 3 months", "last any event was more than 1 months ago", "last bought (amount > 90) was in last 200 days", "sum of amount for bought + count of seen > 40"));

INSTANTIATE_TEST_SUITE_P(Orders, OrdersOfALargeBase, testing::Values(
    "did seen then bought within 30 days", "did bought then seen within 30 days then bought within 60 days", "did bought then bought between 10 and 40 days later", "did first seen then bought within 2 months",
    "did bought then not seen within 90 days", "did first bought then not bought within 1 months in last 1 years", "did seen (page = \"/p1\") then bought (amount > contact.age) within 100 days",
    "did bought then seen (page = previous.page) within 200 days", "top 10 percent by sum of amount for bought among (did bought)", "bottom 100 by age", "top 5 by days since last bought",
    "decile of sum of amount for bought = 10", "percentile of age >= 90", "quintile of count of seen among (did seen) = 1", "top 10 by born", "not top 50 percent by average of amount for bought", "bottom 30 by average of amount for seen", "top 7 by sum of amount for bought / count of bought", "quartile of age = 2", "decile of age >= 4",
    "decile of age <= 10", "decile of age >= 11", "quintile of age < 1", "decile of age != 3", "quartile of age is known", "percentile of age > 100", "percentile of age <= 100", "percentile of age <= 0", "percentile of count of seen between 40 and 40.5",
    "not (quintile of born = 5 or not quartile of age between 2 and 3)", "at least 2 of (decile of age = 1, percentile of age < 20, quartile of sum of amount for bought <= 2)",
    "top 10 by age among (quartile of count of seen = 4)", "decile of age among (percentile of born > 50) in (1, 2)", "decile of count of seen in last 3 days = 5", "percentile of time of last seen > 30", "quartile of count of seen >= 2 and quartile of count of seen < 4", "percentile of count of bought between 12.5 and 99.5", "top 1 percent by distinct of page for any event", "decile of average of amount for bought among (age > 20) in (1, 3)"));

}  // namespace
}  // namespace wanamaker::sweep_test
