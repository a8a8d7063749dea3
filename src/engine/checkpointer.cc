#include "engine/checkpointer.h"

namespace wanamaker {

Checkpointer::Checkpointer(std::function<void()> make_checkpoint) : make_checkpoint_(std::move(make_checkpoint)), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
  MutexLock lock(mutex_);
  ends_ = true;
  changed_.notify_one();
}

void Checkpointer::wake() {
  MutexLock lock(mutex_);
  is_due_ = true;
  changed_.notify_one();
}

void Checkpointer::run() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!is_due_ && !ends_) changed_.wait(mutex_);
      if (ends_) return;
      is_due_ = false;
    }
    make_checkpoint_();
  }
}

}  // namespace wanamaker
