#pragma once
// Threads that wait for work, each with memory of its own, so that an evaluation of a millisecond is not spent on starting them.
// Who waits looks for some microseconds before it sleeps: the others are mostly done by then, or the next work is there.
// One call at a time.

#include "evaluate/sweep/shard.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace wanamaker {

class Workers {
 public:
  // The calling thread is one of them.
  explicit Workers(unsigned threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Calls work(piece, scratch) for each piece below `pieces`, several at a time, and returns when all are done.
  using Work = std::function<void(std::uint32_t piece, Scratch& scratch)>;
  void run(std::uint32_t pieces, const Work& work);
  // The memory of each thread; between calls of run() only.
  const std::vector<std::unique_ptr<Scratch>>& scratches() const { return scratches_; }

 private:
  void wait_for_work(Scratch& scratch);
  void take_pieces(Scratch& scratch);

  std::vector<std::unique_ptr<Scratch>> scratches_;
  std::mutex mutex_;
  std::condition_variable changed_;
  const Work* work_ = nullptr;     // guarded by mutex_ where it is set
  std::uint32_t pieces_ = 0;
  std::atomic<std::uint32_t> next_ = 0;
  std::atomic<std::uint64_t> round_ = 0;  // raised under mutex_, as busy_ is set
  std::atomic<unsigned> busy_ = 0;
  bool stopping_ = false;          // guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace wanamaker
