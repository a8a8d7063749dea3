// Sequences over so many events that a sweep looks for them slice by slice of time, against the probe: chains that cross a slice's bounds,
// events that came late, one contact with many at the same instant.

#include "evaluate/probe.h"
#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <gtest/gtest.h>

#include <random>

namespace wanamaker::sequence_slices_test {
namespace {

constexpr Timestamp kNow{1'700'000'000'000};
constexpr std::uint32_t kContacts = 400;
constexpr int kEvents = 150'000;  // of each name: five slices
constexpr std::int64_t kReach = 60'000'000'000;

class ManyEvents {
 public:
  ManyEvents() : zone_(Zone::find("Europe/Bratislava").value()) {
    for (const char* name : {"bought", "opened", "seen"}) {
      base_.schema.events.push_back({.name = name, .properties = {}});
      base_.schema.events.back().properties.add({.name = "amount", .type = ValueType::number});
      base_.events.emplace_back();
    }
    for (std::uint32_t i = 0; i < kContacts; ++i) base_.contact_for("c" + std::to_string(i));
    // In order of time but for one in twenty; most contacts have few, and those asked about stand among them.
    for (int i = 0; i < kEvents; ++i) for (std::size_t type = 0; type < 2; ++type) add(type, kNow.ms - kReach + kReach / kEvents * (random_() % 20 == 0 ? static_cast<std::int64_t>(random_() % kEvents) : i));
    for (int i = 0; i < 500; ++i) add(2, kNow.ms - static_cast<std::int64_t>(random_() % kReach));
    for (int i = 0; i < 50; ++i) for (std::size_t type = 0; type < 3; ++type) base_.events[type].append({7}, {kNow.ms - kReach / 5 * 2}, "");
    base_.touch();
    base_.settle();
  }

  void expect_sweep_is_probe(const std::string& text) {
    const auto definition = compile(text, {.schema = base_.schema, .catalog = base_.catalog, .parameters = {}});
    ASSERT_TRUE(definition.has_value()) << text << ": " << definition.error().message;
    Probe probe({base_, zone_, kNow}, nullptr);
    const SweepResult swept = Sweeper(best_kernels(), 2).sweep(*definition, base_, zone_, kNow);
    for (std::uint32_t i = kFew; i < kContacts; ++i) ASSERT_EQ(swept.has({i}), probe.decide(definition->root, Subject::of({i}))) << text << ", contact " << i;
  }

 private:
  static constexpr std::uint32_t kFew = 5;  // contacts that have nearly all events and are not asked about
  void add(std::size_t type, std::int64_t at) {
    const auto contact = static_cast<std::uint32_t>(random_() % 10 == 0 ? random_() % kContacts : random_() % kFew);
    const std::uint32_t row = base_.events[type].append({contact}, {at}, "");
    base_.events[type].set_property(row, {0}, base_.cells.to_cell(Decimal(static_cast<std::int64_t>(random_() % 100))));
  }

  std::mt19937_64 random_{11};
  Base base_;
  Zone zone_;
};

ManyEvents& many_events() {
  static ManyEvents base;
  return base;
}

class SequencesBySlices : public testing::TestWithParam<const char*> {};

TEST_P(SequencesBySlices, EqualTheProbe) { many_events().expect_sweep_is_probe(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Sweep, SequencesBySlices, testing::Values(
    "did bought (amount < 5) then opened (amount < 5) within 3 days", "did bought (amount = 3) then opened (amount = 4) between 1 and 2 days later", "did bought (amount < 2) then not opened within 2 days",
    "did bought (amount < 9) then not opened (amount < 30) within 5 days in last 300 days", "did first bought then opened (amount > 90) within 1 days", "did first bought then opened within 7 hours then bought (amount < 10) within 20 days",
    "did seen then any event (amount > 90) within 10 hours", "did any event then seen within 40 minutes", "did opened (amount = 1) then opened (amount = 1) within 2 days then bought (amount = 1) within 2 days",
    "did bought (amount = 50) then opened (amount = 50) within 9 days then not seen within 9 days", "did bought (amount < 3) then opened (amount < 3) within 1 months", "did first seen then not bought (amount < 50) within 3 days",
    "did bought (amount = 7) then opened (amount = 7) within 2 days in last 3 months", "did bought (amount = 7) then opened (amount = 7) within 100 weeks", "did seen then seen within 30 days then seen within 30 days",
    "did opened then bought (amount > 98) within 5 minutes", "did first any event then seen within 500 days",
    "did seen then not bought within 1 hours", "did bought then not seen within 3 days", "did bought (amount < 60) then not seen within 20 days", "did any event then not seen within 2 days in last 400 days",
    "did opened then opened within 3 hours", "did seen then seen within 5 days", "did opened then opened within 20 minutes in last 200 days", "did seen then bought within 1 days then opened within 1 hours",
    "did opened then seen within 5 hours then bought within 2 days", "did bought then opened within 1 hours then seen within 1 days", "did seen then opened within 1 months then bought within 2 hours", "did first seen then opened between 2 and 9 hours later",
    "did bought then seen between 1 and 3 weeks later", "did seen then any event between 1 and 5 minutes later"));

}  // namespace
}  // namespace wanamaker::sequence_slices_test
