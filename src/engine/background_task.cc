#include "engine/background_task.h"

namespace wanamaker {

BackgroundTask::BackgroundTask(std::function<void()> work) : work_(std::move(work)), thread_([this] { run(); }) {}

void BackgroundTask::end() {
  {
    MutexLock lock(mutex_);
    ends_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void BackgroundTask::wake() {
  MutexLock lock(mutex_);
  is_due_ = true;
  changed_.notify_one();
}

void BackgroundTask::run() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!is_due_ && !ends_) changed_.wait(mutex_);
      if (ends_) return;
      is_due_ = false;
    }
    work_();
  }
}

}  // namespace wanamaker
