#include "engine/clock.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;

// Two clocks that a test moves.
class Clocks : public testing::Test {
 protected:
  HeldClock made(Timestamp settled_at = kTimestampMin) {
    return HeldClock(settled_at, [this] { return wall_; }, [this] { return steady_; });
  }
  void passes(std::int64_t ms) {
    wall_.ms += ms;
    steady_ += ms;
  }
  static void expect(const HeldClock::Reading& reading, std::int64_t at, HeldClock::State state) {
    EXPECT_EQ(reading.at.ms, at);
    EXPECT_EQ(static_cast<int>(reading.state), static_cast<int>(state));
  }

  using State = HeldClock::State;
  Timestamp wall_{1'000 * kHour};
  std::int64_t steady_ = 5;
};

TEST_F(Clocks, RunsWithTheWallClock) {
  HeldClock clock = made();
  expect(clock.read(), 1'000 * kHour, State::runs);
  passes(10 * kHour);
  expect(clock.read(), 1'010 * kHour, State::runs);
  EXPECT_EQ(to_text(clock.read()), "");
}

TEST_F(Clocks, AStepBackIsHeldUntilTheClockHasCaughtUp) {
  HeldClock clock = made();
  clock.read();
  wall_.ms -= 10 * kMinute;
  expect(clock.read(), 1'000 * kHour, State::held_back);
  EXPECT_NE(to_text(clock.read()).find("it is held there"), std::string::npos);
  passes(10 * kMinute + 1);
  expect(clock.read(), 1'000 * kHour + 1, State::runs);
}

TEST_F(Clocks, AClockThatWasSetBackAndIsMendedIsNoJump) {
  HeldClock clock = made();
  clock.read();
  wall_.ms -= 9 * kHour;
  passes(4 * kHour);
  expect(clock.read(), 1'000 * kHour, State::held_back);
  wall_.ms += 9 * kHour;
  expect(clock.read(), 1'004 * kHour, State::runs);
}

TEST_F(Clocks, WhatIsSettledHoldsTheFirstReadingAndDowntimeIsNoJump) {
  HeldClock behind = made({1'001 * kHour});
  expect(behind.read(), 1'001 * kHour, State::held_back);
  HeldClock after_a_week = made({800 * kHour});
  expect(after_a_week.read(), 1'000 * kHour, State::runs);
}

TEST_F(Clocks, AShortJumpIsFollowedALongOneIsHeldWhileTimeGoesOn) {
  HeldClock clock = made();
  clock.read();
  wall_.ms += kHour;
  expect(clock.read(), 1'001 * kHour, State::runs);
  wall_.ms += kHour + 1;
  expect(clock.read(), 1'001 * kHour, State::held_ahead);
  passes(5 * kMinute);
  expect(clock.read(), 1'001 * kHour + 5 * kMinute, State::held_ahead);
  EXPECT_NE(to_text(clock.read()).find("until that is confirmed"), std::string::npos);
}

TEST_F(Clocks, AJumpThatIsTakenBackLeavesNothing) {
  HeldClock clock = made();
  clock.read();
  wall_.ms += 9'000 * kHour;
  passes(30 * kMinute);
  expect(clock.read(), 1'000 * kHour + 30 * kMinute, State::held_ahead);
  wall_.ms -= 9'000 * kHour;
  passes(20 * kMinute);
  expect(clock.read(), 1'000 * kHour + 50 * kMinute, State::runs);
  wall_.ms += 9'000 * kHour;
  passes(40 * kMinute);
  expect(clock.read(), 1'001 * kHour + 30 * kMinute, State::held_ahead);  // the proof begins anew
}

TEST_F(Clocks, AJumpIsFollowedOnceConfirmedOrWhenItHasStoodForAnHour) {
  HeldClock clock = made();
  clock.read();
  wall_.ms += 24 * kHour;
  expect(clock.read(), 1'000 * kHour, State::held_ahead);
  clock.confirm();
  expect(clock.read(), 1'024 * kHour, State::runs);
  wall_.ms += 24 * kHour;
  expect(clock.read(), 1'024 * kHour, State::held_ahead);  // one confirmation is for one jump
  passes(59 * kMinute);
  expect(clock.read(), 1'024 * kHour + 59 * kMinute, State::held_ahead);
  passes(kMinute);
  expect(clock.read(), 1'049 * kHour, State::runs);
}

}  // namespace
}  // namespace wanamaker
