#pragma once
// Threads that do what may wait: for a disk, for a lock. The queue is bounded; who finds it full is told so and says it to the client.
// Key idea: those who ask take turns, so that one who has a thousand things waiting keeps nobody waiting who has one. Thread-safe.

#include "base/mutex.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace wanamaker {

class WorkerPool {
 public:
  WorkerPool(unsigned threads, std::size_t waiting_max);
  // What waits is still done.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and nothing is kept, when the queue is full. `asker`: whose it is; nothing for the server's own.
  [[nodiscard]] bool post(std::function<void()> work, const std::string& asker = {});
  std::size_t waiting();

 private:
  void run();
  std::function<void()> take_next() WM_REQUIRES(mutex_);

  std::size_t waiting_max_;
  Mutex mutex_;
  std::unordered_map<std::string, std::deque<std::function<void()>>> waiting_ WM_GUARDED_BY(mutex_);  // of those who have something
  std::deque<std::string> turns_ WM_GUARDED_BY(mutex_);                                               // of these, each once
  std::size_t count_ WM_GUARDED_BY(mutex_) = 0;
  bool ends_ WM_GUARDED_BY(mutex_) = false;
  std::condition_variable_any changed_;
  std::vector<std::jthread> threads_;
};

}  // namespace wanamaker
