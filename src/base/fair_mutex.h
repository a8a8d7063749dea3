#pragma once
// A mutex that is given to those who ask for it in the order in which they asked. For one that somebody takes again and again without a pause: with std::mutex he
// has it again before another who waits for it has been woken, and that one may wait for seconds. Cost: a wake-up each time somebody waits.

#include "base/mutex.h"

#include <condition_variable>
#include <deque>

namespace wanamaker {

class FairMutex {
 public:
  FairMutex() = default;
  FairMutex(const FairMutex&) = delete;
  FairMutex& operator=(const FairMutex&) = delete;

  void lock() {
    const MutexLock lock(mutex_);
    if (!is_held_) {
      is_held_ = true;
      return;
    }
    Waiter me;
    waiting_.push_back(&me);
    while (!me.has_it) me.changed.wait(mutex_);
  }
  // Not while somebody waits for it.
  bool try_lock() {
    const MutexLock lock(mutex_);
    if (is_held_) return false;
    is_held_ = true;
    return true;
  }
  void unlock() {
    const MutexLock lock(mutex_);
    if (waiting_.empty()) {
      is_held_ = false;
      return;
    }
    Waiter* const next = waiting_.front();  // from hand to hand: nobody comes between
    waiting_.pop_front();
    next->has_it = true;
    next->changed.notify_one();  // while mutex_ is held, since he is gone right afterwards
  }

 private:
  struct Waiter {
    bool has_it = false;
    std::condition_variable_any changed;
  };
  Mutex mutex_;
  bool is_held_ WM_GUARDED_BY(mutex_) = false;
  std::deque<Waiter*> waiting_ WM_GUARDED_BY(mutex_);
};

}  // namespace wanamaker
