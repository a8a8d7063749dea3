#include "engine/rewriter.h"

#include <algorithm>

namespace wanamaker {

Rewriter::Rewriter(std::function<bool()> rewrite, Delays delays) : rewrite_(std::move(rewrite)), delays_(delays), thread_([this] { run(); }) {}

Rewriter::~Rewriter() { stop(); }

void Rewriter::stop() {
  MutexLock lock(mutex_);
  ends_ = true;
  changed_.notify_one();
}

void Rewriter::note(Clock::duration within) {
  MutexLock lock(mutex_);
  const Clock::time_point due = Clock::now() + within;
  due_ = due_ ? std::min(*due_, due) : due;
  changed_.notify_one();
}

// What is noted while it rewrites is due anew: it may have come too late for that.
void Rewriter::run() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!ends_ && (!due_ || Clock::now() < *due_)) {
        const std::optional<Clock::time_point> due = due_;  // it waits without the mutex, and looks at the instant again
        if (due) changed_.wait_until(mutex_, *due);
        else changed_.wait(mutex_);
      }
      if (ends_) return;
      due_.reset();
    }
    if (!rewrite_()) note(delays_.after_failure);
  }
}

}  // namespace wanamaker
