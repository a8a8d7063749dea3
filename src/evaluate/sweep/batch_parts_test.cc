// Pairs of contacts of one account and of events of one contact, more of them than are looked at together; and answers that nobody waits for any more.

#include "evaluate/probe.h"
#include "evaluate/sweep/batch_sweep.h"
#include "evaluate/sweep/sweep.h"
#include "evaluate/trial.h"
#include "language/checker.h"

#include <gtest/gtest.h>

namespace wanamaker::batch_parts_test {
namespace {

constexpr Timestamp kNow{1'700'000'000'000};
constexpr std::uint32_t kContacts = 900;
constexpr std::uint32_t kEvents = 1'000;
static_assert(std::size_t{kContacts} * kContacts > 2 * BatchSweep::kRowsAtOnce && std::size_t{kEvents} * kEvents / 2 > BatchSweep::kRowsAtOnce);

// Two accounts, the larger of which has nearly all, and one contact with very many events.
class PairsBase {
 public:
  PairsBase() {
    base.schema.contact.add({.name = "age", .type = ValueType::number});
    base.schema.records.push_back({.name = "deal", .fields = {}});
    base.schema.records.back().fields.add({.name = "size", .type = ValueType::number});
    base.records.emplace_back();
    base.schema.events.push_back({.name = "bought", .properties = {}});
    base.schema.events.back().properties.add({.name = "amount", .type = ValueType::number});
    base.events.emplace_back();
    for (std::uint32_t i = 0; i < kContacts; ++i) {
      const ContactOrdinal contact = base.contact_for("c" + std::to_string(i));
      base.set_attribute({0}, contact, base.cells.to_cell(Decimal::from_parts(std::int64_t{i * 7 % 101}, 0)));
      if (i % 50 != 0) base.set_account_of(contact, base.account_for(i % 9 == 0 ? "small" : "large"));
    }
    for (std::uint32_t i = 0; i < kEvents; ++i) {
      const std::uint32_t row = base.events[0].append(base.contact_for(i % 8 == 0 ? "c2" : "c1"), {kNow.ms - 1'000 * (kEvents - i)}, "");
      base.events[0].set_property(row, {0}, base.cells.to_cell(Decimal::from_parts(std::int64_t{i * 37 % 97}, 0)));
    }
    base.touch();
    base.settle();
  }

  Definition compiled(const std::string& text) const { return compile(text, {.schema = base.schema, .catalog = base.catalog, .parameters = {}}).value(); }

  Base base;
  Zone zone = Zone::find("UTC").value();
};

constexpr const char* kOfPairs[] = {
    "any account contact (age > contact.age)", "at least 400 account contact (age > contact.age)", "count of account contact (age < contact.age) > 20", "sum of age for account contact (age > contact.age) >= 500",
    "did bought then bought (at least 2 of (amount > previous.amount, amount < 40, contact.age < 50)) within 600 seconds", "did bought then not bought (at least 2 of (amount > previous.amount, amount > 90, contact.age > 90)) within 20 seconds"};

TEST(BatchParts, ManyPairsAreTheProbes) {
  const PairsBase pairs;
  for (const char* text : kOfPairs) {
    const Definition definition = pairs.compiled(text);
    const SweepResult swept = Sweeper(best_kernels(), 2).sweep(definition, pairs.base, pairs.zone, kNow);
    Probe probe({pairs.base, pairs.zone, kNow}, nullptr);
    for (std::uint32_t i = 0; i < kContacts; ++i) ASSERT_EQ(swept.has({i}), probe.decide(definition.root, Subject::of({i}))) << text << ", contact " << i;
    EXPECT_EQ(asked_of_pairs(definition.root) != nullptr, true) << text;
  }
}

TEST(BatchParts, WhatNobodyWaitsForHasNoAnswer) {
  const PairsBase pairs;
  StopSign sign;
  Sweeper sweeper(best_kernels(), 2);
  for (const char* text : kOfPairs) {
    const Definition definition = pairs.compiled(text);
    const auto answer = sweeper.sweep_until(sign, definition, pairs.base, pairs.zone, kNow);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->count, sweeper.sweep(definition, pairs.base, pairs.zone, kNow).count) << text;
  }
  sign.raise();
  for (const char* text : {kOfPairs[0], kOfPairs[5], "age > 3", "top 3 by age", "decile of age = 2", "percentile of average of amount for bought > 3"}) {
    const Definition definition = pairs.compiled(text);
    EXPECT_FALSE(sweeper.sweep_until(sign, definition, pairs.base, pairs.zone, kNow).has_value()) << text;
    EXPECT_FALSE(sweeper.rank_until(sign, definition, pairs.base, pairs.zone, kNow).has_value()) << text;
  }
  EXPECT_EQ(asked_of_pairs(pairs.compiled("any account contact (age > 3) or any account deal (size > 3)").root), nullptr);
}

}  // namespace
}  // namespace wanamaker::batch_parts_test
