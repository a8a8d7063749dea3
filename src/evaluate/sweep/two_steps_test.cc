// Two steps of a chain slab by slab, against all pairs of events.

#include "evaluate/sweep/two_steps.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace wanamaker {
namespace {

struct Event {
  std::int64_t at;
  std::uint32_t place;
};

std::vector<Event> random_events(std::mt19937& dice, std::size_t number, std::uint32_t contacts, std::int64_t length) {
  std::vector<Event> events;
  for (std::size_t i = 0; i < number; ++i) events.push_back({static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(length)), static_cast<std::uint32_t>(dice()) % contacts});
  return events;
}

SequenceEvents sorted(const std::vector<Event>& events, const SequenceKeys& keys) {
  SequenceEvents found;
  for (const Event& event : events) found.push_back(keys.key(event.at, event.place));
  sort_events(found);
  return found;
}

bool follows(const Event& from, const std::vector<Event>& to, const StepGap& gap) {
  return std::ranges::any_of(to, [&](const Event& one) { return one.place == from.place && one.at - from.at >= gap.opens && one.at - from.at <= gap.closes; });
}

class TwoSteps : public ::testing::TestWithParam<StepGap> {
 protected:
  void compare(std::uint32_t seed, std::size_t froms, std::size_t tos) {
    constexpr std::uint32_t kContacts = 40;
    constexpr std::int64_t kLength = 3'000;
    std::mt19937 dice(seed);
    const std::vector<Event> from = random_events(dice, froms, kContacts, kLength);
    const std::vector<Event> to = random_events(dice, tos, kContacts, kLength);
    const std::int64_t latest = kLength - static_cast<std::int64_t>(dice() % 1'000);
    ShardBits both{};
    ShardBits alone{};
    for (const Event& one : from) {
      if (follows(one, to, GetParam())) set_bit(both, one.place);
      else if (one.at <= latest) set_bit(alone, one.place);
    }
    const SequenceKeys keys(0);
    EXPECT_EQ(with_both(sorted(from, keys), sorted(to, keys), GetParam(), keys, shard_), both) << "seed " << seed;
    EXPECT_EQ(with_first_alone(sorted(from, keys), sorted(to, keys), GetParam(), latest, keys, shard_), alone) << "seed " << seed;
  }

  std::unique_ptr<Scratch> scratch_ = std::make_unique<Scratch>();
  Base base_;
  Zone zone_ = Zone::utc();
  Environment environment_{base_, zone_, Timestamp{0}};
  Shard shard_{.environment = environment_, .kernels = best_kernels(), .scratch = *scratch_};
};

TEST_P(TwoSteps, AreThoseThatAllPairsSay) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    compare(seed, 60, 60);
    compare(seed, 300, 40);
    compare(seed, 40, 300);
  }
}

TEST_P(TwoSteps, OneOfThemHasNoEvents) {
  compare(1, 0, 50);
  compare(2, 50, 0);
  compare(3, 0, 0);
}

INSTANTIATE_TEST_SUITE_P(Gaps, TwoSteps, ::testing::Values(StepGap{1, 1}, StepGap{1, 2}, StepGap{1, 50}, StepGap{1, 5'000}, StepGap{20, 20}, StepGap{20, 90}, StepGap{900, 1'000}));

}  // namespace
}  // namespace wanamaker
