#pragma once
// Sees to it that bytes of the erased leave the files of a store while it runs: some time after they were erased, since each rewriting writes
// all of the store anew. What a store was told to forget before it was opened it cannot know to be gone, and rewrites once soon.
// Thread-safe.

#include "base/mutex.h"

#include <chrono>
#include <functional>
#include <optional>
#include <thread>

namespace wanamaker {

class Rewriter {
 public:
  using Clock = std::chrono::steady_clock;
  struct Delays {
    Clock::duration after_erasure = std::chrono::hours(12);
    Clock::duration after_start = std::chrono::minutes(1);
    Clock::duration after_failure = std::chrono::hours(1);
  };
  // `rewrite` says whether it could; it is called by a thread of this one's own, one at a time.
  Rewriter(std::function<bool()> rewrite, Delays delays);
  // Ends after the rewriting that is under way.
  ~Rewriter();
  Rewriter(const Rewriter&) = delete;
  Rewriter& operator=(const Rewriter&) = delete;

  // Somebody was erased now, or before the start.
  void note_erasure() { note(delays_.after_erasure); }
  void note_older_erasures() { note(delays_.after_start); }
  // Nothing further is begun.
  void stop();

 private:
  void note(Clock::duration within);
  void run();

  std::function<bool()> rewrite_;
  Delays delays_;
  Mutex mutex_;
  std::optional<Clock::time_point> due_ WM_GUARDED_BY(mutex_);
  bool ends_ WM_GUARDED_BY(mutex_) = false;
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: it ends before the rest goes
};

}  // namespace wanamaker
