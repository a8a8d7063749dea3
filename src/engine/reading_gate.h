#pragma once
// Held by those who read the base, one at a time. Key idea: a command is acknowledged when it is durable, also while somebody reads for long; it
// is applied before anybody reads again, so who was told of it finds it. So who enters applies what waits, and who leaves hands on what has come since, for he has an answer to give:
// neither he nor those who commit are held up by it. Readers that follow each other without end keep nobody from applying, since each does as
// he enters; and those who apply keep no reader out, since he waits for what was there when he came, and for nothing that came while he waited. Those who ask take turns:
// of one who asks much at once only one is before another. Thread-safe.

#include "base/fair_mutex.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace wanamaker {

class WM_THREAD_ATTRIBUTE(capability("mutex")) ReadingGate {
 public:
  // What runs as a reader comes: it says up to where he has to be told; as he enters, with that, and as he leaves, while the gate is held; and when he has left and no
  // other is about to enter.
  struct Steps {
    std::function<std::uint64_t()> came;
    std::function<void(std::uint64_t)> entered;
    std::function<void()> leaving;
    std::function<void()> left;
  };
  explicit ReadingGate(Steps steps) : steps_(std::move(steps)) {}

  // `whose`: who asks; nothing for the process's own.
  void lock(const std::string& whose = {}) WM_THREAD_ATTRIBUTE(acquire_capability()) {
    ++entering_;
    const std::uint64_t came = steps_.came();
    mutex_.lock(whose);
    --entering_;
    steps_.entered(came);
  }
  void unlock() WM_THREAD_ATTRIBUTE(release_capability()) {
    steps_.leaving();
    mutex_.unlock();
    if (entering_ == 0) steps_.left();
  }
  // Enters and leaves: what was acknowledged before is applied then.
  void pass() WM_THREAD_ATTRIBUTE(locks_excluded(this)) {
    lock();
    unlock();
  }
  // Calls work() while nobody reads, and nothing else happens. False: somebody does, or is about to. Not for who reads.
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
  FairMutex mutex_;  // else who applies without end, as long as much is written, keeps all others out
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
