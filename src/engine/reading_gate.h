#pragma once
// Held by those who read the base, one at a time. Key idea: a command is acknowledged when it is durable, also while somebody reads for long; it
// is applied before anybody reads again, so who was told of it finds it. So who enters applies what waits, and who leaves does what is quick
// of it. Thread-safe.

#include "base/mutex.h"

#include <functional>
#include <mutex>
#include <utility>

namespace wanamaker {

class WM_THREAD_ATTRIBUTE(capability("mutex")) ReadingGate {
 public:
  // `entered` runs while the gate is held, `left` after it was let go.
  ReadingGate(std::function<void()> entered, std::function<void()> left) : entered_(std::move(entered)), left_(std::move(left)) {}

  void lock() WM_THREAD_ATTRIBUTE(acquire_capability()) {
    mutex_.lock();
    entered_();
  }
  void unlock() WM_THREAD_ATTRIBUTE(release_capability()) {
    mutex_.unlock();
    left_();
  }
  // Calls work() while nobody reads, and nothing else happens. False: somebody does.
  template <typename Work>
  bool try_to(Work work) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return false;
    work();
    return true;
  }

 private:
  std::function<void()> entered_;
  std::function<void()> left_;
  std::mutex mutex_;
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
