#pragma once
// Makes checkpoints in the background when it is told that one is due. Thread-safe.

#include "base/mutex.h"

#include <functional>
#include <thread>

namespace wanamaker {

class Checkpointer {
 public:
  explicit Checkpointer(std::function<void()> make_checkpoint);
  // Ends after the checkpoint that is being made.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  void wake();

 private:
  void run();

  std::function<void()> make_checkpoint_;
  Mutex mutex_;
  bool is_due_ WM_GUARDED_BY(mutex_) = false;
  bool ends_ WM_GUARDED_BY(mutex_) = false;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

}  // namespace wanamaker
