#pragma once
// How long those who hold the base may take: others wait for them. Key idea: a question is the time from when somebody gets the base until he lets go of it;
// a thread raises the sign of each whose time is over, and of each whose asker is gone, and whoever works on it looks at the sign (base/stop_sign.h).
// Thread-safe.

#include "base/mutex.h"
#include "base/result.h"
#include "base/stop_sign.h"

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <thread>

namespace wanamaker {

class Questions {
 public:
  using Clock = std::chrono::steady_clock;

  // `most`: for each; 0: as long as it takes.
  explicit Questions(std::chrono::milliseconds most);
  // Shape: none is being asked any more.
  ~Questions();
  Questions(const Questions&) = delete;
  Questions& operator=(const Questions&) = delete;

  // Whether nobody waits for the answer any more. Never waits; asked some times a second by another thread.
  using IsGone = std::function<bool()>;

  // One that is being asked, for as long as it is there.
  class Asked {
   public:
    Asked(Questions& all, IsGone is_gone);
    ~Asked();
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;
    const StopSign& sign() const { return sign_; }
    // Why there is no answer, once the sign is raised. Errors: takes_too_long; interrupted, where nobody waits or the process ends.
    Error why() const;

   private:
    friend class Questions;
    Questions& all_;
    IsGone is_gone_;
    StopSign sign_;
    Clock::time_point until_;
  };
  // The process ends: whatever is asked, now or later, has so much time left.
  void end(std::chrono::milliseconds left);

 private:
  void watch();
  void look(Clock::time_point now) WM_REQUIRES(mutex_);
  Clock::time_point next_look(Clock::time_point now) const WM_REQUIRES(mutex_);

  const std::chrono::milliseconds most_;
  mutable Mutex mutex_;
  std::set<Asked*> asked_ WM_GUARDED_BY(mutex_);
  Clock::time_point end_at_ WM_GUARDED_BY(mutex_) = Clock::time_point::max();
  Clock::time_point looks_at_ WM_GUARDED_BY(mutex_) = Clock::time_point::max();  // when the thread wakes by itself
  bool ends_ WM_GUARDED_BY(mutex_) = false;
  std::condition_variable_any changed_;
  std::jthread watcher_;
};

}  // namespace wanamaker
