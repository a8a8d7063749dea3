#include "server/worker_pool.h"

namespace wanamaker {

WorkerPool::WorkerPool(unsigned threads, unsigned of_one, std::size_t waiting_max) : of_one_(of_one), waiting_max_(waiting_max) {
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
    if (ends_ || waiting_.size() >= waiting_max_) return false;
    waiting_.add(asker, std::move(work));
  }
  changed_.notify_one();
  return true;
}

std::size_t WorkerPool::waiting() {
  MutexLock lock(mutex_);
  return waiting_.size();
}

void WorkerPool::run() {
  for (;;) {
    std::optional<Turns<std::function<void()>>::Taken> next;
    {
      MutexLock lock(mutex_);
      const auto may_begin = [of_one = of_one_, &at_work = at_work_](const std::string& asker) {
        const auto mine = at_work.find(asker);
        return asker.empty() || mine == at_work.end() || mine->second < of_one;  // the server's own is never put off
      };
      while (!(next = waiting_.take(may_begin))) {
        if (ends_ && waiting_.size() == 0) return;
        changed_.wait(mutex_);
      }
      ++at_work_[next->whose];
    }
    next->item();
    next->item = {};  // what it holds goes before the next is waited for
    {
      MutexLock lock(mutex_);
      const auto mine = at_work_.find(next->whose);
      if (--mine->second == 0) at_work_.erase(mine);
    }
    changed_.notify_one();  // who waited for that may begin, and so may another if this thread takes it
  }
}

}  // namespace wanamaker
