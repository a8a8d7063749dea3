#include "engine/backlog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

namespace wanamaker {
namespace {

using std::chrono::milliseconds;

DurableCommands durable(std::uint64_t sequence, std::uint64_t bytes) {
  return {.commands = {Command{.accepted_at = {static_cast<std::int64_t>(sequence)}, .body = AdvanceTime{}}}, .link = {.sequence = sequence, .checksum = 0}, .bytes = bytes};
}

// What is durable is taken in the order of the log, by somebody else than who put it there.
TEST(Backlog, WhatWasPutFirstIsTakenFirst) {
  Backlog backlog;
  EXPECT_TRUE(backlog.empty());
  backlog.add(durable(1, 10));
  backlog.add(durable(2, 10));
  EXPECT_EQ(backlog.oldest().link.sequence, 1U);
  const DurableCommands& first = backlog.oldest();
  for (std::uint64_t i = 3; i < 1'000; ++i) backlog.add(durable(i, 10));
  EXPECT_EQ(first.link.sequence, 1U) << "it stays where it is";
  backlog.remove_oldest();
  EXPECT_EQ(backlog.oldest().link.sequence, 2U);
  EXPECT_EQ(backlog.size(), 998U);
  std::int64_t last = 1;
  backlog.for_each([&](const Command& command) { EXPECT_EQ(command.accepted_at.ms, ++last); });
}

TEST(Backlog, TellsHowManyWereThereUpToAPlace) {
  Backlog backlog;
  EXPECT_EQ(backlog.newest(), 0U);
  for (const std::uint64_t sequence : {3U, 4U, 9U}) backlog.add(durable(sequence, 10));
  EXPECT_EQ(backlog.newest(), 9U);
  EXPECT_EQ(backlog.size_up_to(2), 0U);
  EXPECT_EQ(backlog.size_up_to(5), 2U);
  EXPECT_EQ(backlog.size_up_to(9), 3U);
  backlog.remove_oldest();
  EXPECT_EQ(backlog.size_up_to(5), 1U);
}

TEST(Backlog, TellsWhatOthersHaveToWaitFor) {
  Backlog backlog;
  backlog.add(durable(1, 10));
  EXPECT_FALSE(backlog.has_long());
  backlog.note_long();
  EXPECT_TRUE(backlog.has_long());
  DurableCommands judged = durable(2, 10);
  judged.has_judged_companions = true;
  backlog.add(std::move(judged));
  EXPECT_TRUE(backlog.has_judged_companions());
  backlog.remove_oldest();
  EXPECT_FALSE(backlog.has_long());
  backlog.remove_oldest();
  EXPECT_FALSE(backlog.has_judged_companions());
}

TEST(Backlog, ExpectsWhatItTookLately) {
  Backlog backlog;
  EXPECT_EQ(backlog.expected(1'000'000), milliseconds(0)) << "nothing is known yet";
  for (int i = 0; i < 100; ++i) backlog.learn(0, std::chrono::microseconds(4));
  EXPECT_EQ(backlog.expected(1'000'000), milliseconds(0)) << "what a command takes by itself says nothing of its size";
  for (int i = 0; i < 100; ++i) backlog.learn(10'000, milliseconds(1));
  EXPECT_NEAR(static_cast<double>(backlog.expected(1'000'000).count()), 100e6, 1e6);
  for (int i = 0; i < 100; ++i) backlog.learn(10'000, milliseconds(2));
  EXPECT_NEAR(static_cast<double>(backlog.expected(1'000'000).count()), 200e6, 1e6);
  backlog.add(durable(1, 500'000));
  EXPECT_NEAR(static_cast<double>(backlog.expected().count()), 100e6, 1e6);
}

// One that waited for memory or a core, or was put off: who writes is not slowed down for those after it.
TEST(Backlog, OneThatTookLongSaysLittleOfTheOthers) {
  Backlog backlog;
  for (int i = 0; i < 100; ++i) backlog.learn(10'000, milliseconds(1));
  backlog.learn(10'000, std::chrono::seconds(10));
  EXPECT_LT(backlog.expected(10'000), milliseconds(2));
  for (int i = 0; i < 100; ++i) backlog.learn(10'000, milliseconds(100));
  EXPECT_GT(backlog.expected(10'000), milliseconds(90)) << "where all take as long, that is what they take";
}

// Beyond the limits who writes waits until somebody has applied enough.
TEST(Backlog, WhoWritesMoreThanIsAppliedWaits) {
  Backlog backlog({.slow_from = std::chrono::hours(1), .most = std::chrono::hours(1), .bytes_most = 100});
  backlog.add(durable(1, 100));
  backlog.wait_for_room();
  backlog.slow_down(std::chrono::steady_clock::now());
  backlog.add(durable(2, 50));
  std::atomic<bool> is_through = false;
  std::jthread writer([&] {
    backlog.wait_for_room();
    is_through = true;
  });
  EXPECT_FALSE(is_through);
  backlog.remove_oldest();
  writer.join();
  EXPECT_TRUE(is_through);
}

TEST(Backlog, ABacklogThatDoesNotShrinkSlowsDownForALittleOnly) {
  Backlog backlog({.slow_from = milliseconds(1), .most = std::chrono::hours(1), .bytes_most = 100'000, .little = milliseconds(1)});
  for (int i = 0; i < 10; ++i) backlog.learn(1'000, milliseconds(10));
  backlog.add(durable(1, 1'000));
  backlog.slow_down(std::chrono::steady_clock::now());
  EXPECT_EQ(backlog.size(), 1U);
}

// What it took to become durable counts as well.
TEST(Backlog, WhoHasWaitedAlreadyIsNotSlowedDown) {
  Backlog backlog({.slow_from = milliseconds(1), .most = std::chrono::hours(1), .bytes_most = 100'000, .little = std::chrono::hours(1)});
  for (int i = 0; i < 10; ++i) backlog.learn(1'000, milliseconds(10));
  backlog.add(durable(1, 1'000));
  backlog.slow_down(std::chrono::steady_clock::now() - std::chrono::hours(2));
  EXPECT_EQ(backlog.size(), 1U);
}

// Who writes as much again as is being applied waits for that, though not longer than all who write may take.
TEST(Backlog, WhileItShrinksWhoWritesWaitsForIt) {
  Backlog backlog({.slow_from = milliseconds(1), .much = milliseconds(1), .most = std::chrono::hours(1), .bytes_most = 100'000, .little = milliseconds(1), .writers = 1'000'000});
  for (int i = 0; i < 10; ++i) backlog.learn(1'000, milliseconds(10));
  backlog.add(durable(1, 1'000));
  std::atomic<bool> is_through = false;
  std::optional<Backlog::Shrinking> shrinking(backlog);
  std::jthread writer([&] {
    backlog.slow_down(std::chrono::steady_clock::now());
    is_through = true;
  });
  EXPECT_FALSE(is_through);
  backlog.remove_oldest();
  shrinking.reset();
  writer.join();
  EXPECT_TRUE(is_through);
}

}  // namespace
}  // namespace wanamaker
