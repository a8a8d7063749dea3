#pragma once
// Work in a thread of its own, done whenever it is told that some is due: checkpoints, and applying what is durable. However often it is told meanwhile, it
// is done once more. Thread-safe.

#include "base/mutex.h"

#include <functional>
#include <thread>

namespace wanamaker {

class BackgroundTask {
 public:
  explicit BackgroundTask(std::function<void()> work);
  ~BackgroundTask() { end(); }
  BackgroundTask(const BackgroundTask&) = delete;
  BackgroundTask& operator=(const BackgroundTask&) = delete;

  void wake();
  // Returns after the work that is going on; what is due then is not done, nor anything from then on. For who owns it, where the work may look at it.
  void end();

 private:
  void run();

  std::function<void()> work_;
  Mutex mutex_;
  bool is_due_ WM_GUARDED_BY(mutex_) = false;
  bool ends_ WM_GUARDED_BY(mutex_) = false;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

}  // namespace wanamaker
