#include "server/worker_pool.h"

#include <sys/resource.h>

#include <tuple>

namespace wanamaker {
namespace {

constexpr int kBehind = 5;  // of nice: a third of the time of a thread that does not give way

}  // namespace

WorkerPool::WorkerPool(unsigned threads, std::size_t waiting_max, Precedence precedence) : waiting_max_(waiting_max) {
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this, precedence] {
      if (precedence == Precedence::behind_others) std::ignore = setpriority(PRIO_PROCESS, 0, kBehind);  // of this thread alone: Linux has it so
      run();
    });
  }
}

WorkerPool::~WorkerPool() {
  {
    MutexLock lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
}

bool WorkerPool::post(std::function<void()> work, const std::string& asker) {
  {
    MutexLock lock(mutex_);
    if (ends_ || count_ >= waiting_max_) return false;
    auto& mine = waiting_[asker];
    if (mine.empty()) turns_.push_back(asker);
    mine.push_back(std::move(work));
    ++count_;
  }
  changed_.notify_one();
  return true;
}

std::size_t WorkerPool::waiting() {
  MutexLock lock(mutex_);
  return count_;
}

std::function<void()> WorkerPool::take_next() {
  const auto mine = waiting_.find(turns_.front());
  std::function<void()> work = std::move(mine->second.front());
  mine->second.pop_front();
  --count_;
  if (mine->second.empty()) waiting_.erase(mine);
  else turns_.push_back(turns_.front());
  turns_.pop_front();
  return work;
}

void WorkerPool::run() {
  for (;;) {
    std::function<void()> work;
    {
      MutexLock lock(mutex_);
      while (count_ == 0 && !ends_) changed_.wait(mutex_);
      if (count_ == 0) return;
      work = take_next();
    }
    work();
  }
}

}  // namespace wanamaker
