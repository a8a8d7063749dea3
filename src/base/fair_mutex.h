#pragma once
// A mutex that is given to those who ask for it by turns (base/turns.h), and to one of them in the order in which he asked. For one that somebody takes again and again
// without a pause: with std::mutex he has it again before another who waits for it has been woken, and that one may wait for seconds. Cost: a wake-up each time
// somebody waits.

#include "base/mutex.h"
#include "base/turns.h"

#include <condition_variable>
#include <string>

namespace wanamaker {

class FairMutex {
 public:
  FairMutex() = default;
  FairMutex(const FairMutex&) = delete;
  FairMutex& operator=(const FairMutex&) = delete;

  // `whose`: for whom it is; nothing for the process's own.
  void lock(const std::string& whose = {}) {
    const MutexLock lock(mutex_);
    if (!is_held_) {
      is_held_ = true;
      waiting_.note_turn(whose);
      return;
    }
    Waiter me;
    waiting_.add(whose, &me);
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
    const auto next = waiting_.take();  // from hand to hand: nobody comes between
    if (!next) {
      is_held_ = false;
      return;
    }
    next->item->has_it = true;
    next->item->changed.notify_one();  // while mutex_ is held, since he is gone right afterwards
  }

 private:
  struct Waiter {
    bool has_it = false;
    std::condition_variable_any changed;
  };
  Mutex mutex_;
  bool is_held_ WM_GUARDED_BY(mutex_) = false;
  Turns<Waiter*> waiting_ WM_GUARDED_BY(mutex_);
};

}  // namespace wanamaker
