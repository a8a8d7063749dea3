// Who reads waits for what was there when he came, and for his turn.

#include "engine/reading_gate.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace wanamaker {
namespace {

TEST(ReadingGate, WhoComesWaitsForWhatWasThereThen) {
  std::atomic<std::uint64_t> newest = 5;
  std::uint64_t told_up_to = 0;
  std::latch has_come(2);
  ReadingGate gate({.came = [&] {
                      const std::uint64_t there = newest;
                      has_come.count_down();
                      return there;
                    },
                    .entered = [&](std::uint64_t up_to) { told_up_to = up_to; },
                    .leaving = [] {},
                    .left = [] {}});
  gate.lock();
  std::jthread reader([&] { gate.pass(); });
  has_come.wait();
  newest = 9;
  gate.unlock();
  reader.join();
  EXPECT_EQ(told_up_to, 5U);
}

}  // namespace
}  // namespace wanamaker
