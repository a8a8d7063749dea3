#pragma once
// Threads that do what may wait: for a disk, for a lock. The queue is bounded; who finds it full is told so and says it to the client.
// Thread-safe.

#include "base/mutex.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

namespace wanamaker {

class WorkerPool {
 public:
  WorkerPool(unsigned threads, std::size_t waiting_max);
  // What waits is still done.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and nothing is kept, when the queue is full.
  [[nodiscard]] bool post(std::function<void()> work);
  std::size_t waiting();

 private:
  void run();

  std::size_t waiting_max_;
  Mutex mutex_;
  std::deque<std::function<void()>> waiting_ WM_GUARDED_BY(mutex_);
  bool ends_ WM_GUARDED_BY(mutex_) = false;
  std::condition_variable_any changed_;
  std::vector<std::jthread> threads_;
};

}  // namespace wanamaker
