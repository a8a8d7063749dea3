#pragma once
// Held by those who read the base, one at a time. Key idea: a command is acknowledged when it is durable, also while somebody reads for long; it
// is applied before anybody reads again, so who was told of it finds it. So who enters applies what waits, and who leaves what has come since and is
// quick: those who commit mostly find little to do. Thread-safe.

#include "base/mutex.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <utility>

namespace wanamaker {

class WM_THREAD_ATTRIBUTE(capability("mutex")) ReadingGate {
 public:
  // What runs as a reader enters and as he leaves, while the gate is held. Nothing runs after that: who does what still comes would not end while
  // others commit.
  struct Steps {
    std::function<void()> entered;
    std::function<void()> leaving;
  };
  explicit ReadingGate(Steps steps) : steps_(std::move(steps)) {}

  void lock() WM_THREAD_ATTRIBUTE(acquire_capability()) {
    ++entering_;
    mutex_.lock();
    --entering_;
    steps_.entered();
  }
  void unlock() WM_THREAD_ATTRIBUTE(release_capability()) {
    steps_.leaving();
    mutex_.unlock();
  }
  // Calls work() while nobody reads, and nothing else happens. False: somebody does, or is about to.
  template <typename Work>
  bool try_to(Work work) {
    if (entering_ > 0) return false;
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return false;
    work();
    return true;
  }

 private:
  Steps steps_;
  std::mutex mutex_;
  std::atomic<int> entering_ = 0;
};

class WM_THREAD_ATTRIBUTE(scoped_lockable) ReadingLock {
 public:
  explicit ReadingLock(ReadingGate& gate) WM_THREAD_ATTRIBUTE(acquire_capability(gate)) : gate_(gate) { gate_.lock(); }
  ~ReadingLock() WM_THREAD_ATTRIBUTE(release_capability()) { gate_.unlock(); }
  ReadingLock(const ReadingLock&) = delete;
  ReadingLock& operator=(const ReadingLock&) = delete;

 private:
  ReadingGate& gate_;
};

}  // namespace wanamaker
