#pragma once
// Tells who works that nobody wants the answer any more. Key idea: who is told may leave work undone and give back anything; so who asked looks at the sign
// when the work is over, and where it is raised there is no answer. Nothing that works looks at a clock. Thread-safe; raise() may be called by a
// handler of signals.

#include <atomic>

namespace wanamaker {

class StopSign {
 public:
  void raise() { is_raised_.store(true, std::memory_order_relaxed); }
  // Shape: once it is raised it stays so. Who has waited for the threads that saw it raised sees it too.
  bool is_raised() const { return is_raised_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> is_raised_ = false;
  static_assert(std::atomic<bool>::is_always_lock_free);
};

}  // namespace wanamaker
