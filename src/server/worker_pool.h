#pragma once
// Threads that do what may wait: for a disk, for a lock. The queue is bounded; who finds it full is told so and says it to the client.
// Key idea: those who ask take turns (base/turns.h), and not all threads are at work for one, since what he asks may take long. Thread-safe.

#include "base/mutex.h"
#include "base/turns.h"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace wanamaker {

class WorkerPool {
 public:
  // `of_one`: how many threads are at work for one who asks, at most.
  WorkerPool(unsigned threads, unsigned of_one, std::size_t waiting_max);
  // What waits is still done.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and nothing is kept, when the queue is full. `asker`: whose it is; nothing for the server's own.
  [[nodiscard]] bool post(std::function<void()> work, const std::string& asker = {});
  std::size_t waiting();

 private:
  void run();

  unsigned of_one_;
  std::size_t waiting_max_;
  Mutex mutex_;
  Turns<std::function<void()>> waiting_ WM_GUARDED_BY(mutex_);
  std::unordered_map<std::string, unsigned> at_work_ WM_GUARDED_BY(mutex_);  // threads, of those who have some
  bool ends_ WM_GUARDED_BY(mutex_) = false;
  std::condition_variable_any changed_;
  std::vector<std::jthread> threads_;
};

}  // namespace wanamaker
