#include "base/fair_mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace wanamaker {
namespace {

TEST(FairMutex, IsHeldByOne) {
  FairMutex mutex;
  int number = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 5'000; ++k) {
        const std::lock_guard lock(mutex);
        ++number;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(number, 20'000);
}

TEST(FairMutex, IsTriedInVainWhileItIsHeld) {
  FairMutex mutex;
  mutex.lock();
  EXPECT_FALSE(mutex.try_lock());
  mutex.unlock();
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

// Somebody takes it again at once each time he lets go of it, until another who waits has had it: with a mutex that is not fair that may be never.
TEST(FairMutex, WhoTakesItAgainAtOnceLetsAnotherIn) {
  FairMutex mutex;
  std::atomic<bool> had_it = false;
  mutex.lock();
  std::jthread other([&] {
    const std::lock_guard lock(mutex);
    had_it = true;
  });
  while (!had_it) {
    mutex.unlock();
    mutex.lock();
  }
  mutex.unlock();
}

}  // namespace
}  // namespace wanamaker
