#include "server/worker_pool.h"

namespace wanamaker {

WorkerPool::WorkerPool(unsigned threads, std::size_t waiting_max) : waiting_max_(waiting_max) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
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
