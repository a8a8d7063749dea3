#include "ingest/chunk_pipe.h"

#include <utility>

namespace wanamaker {

ChunkPipe::ChunkPipe(ChunkReader& reader) : reader_(reader), thread_([this] { run(); }) {}

ChunkPipe::~ChunkPipe() {
  MutexLock lock(mutex_);
  is_closed_ = true;
  changed_.notify_all();
}

Result<std::optional<ImportChunk>> ChunkPipe::take() {
  MutexLock lock(mutex_);
  while (waiting_.empty()) changed_.wait(mutex_);
  Next next = std::move(waiting_.front());
  waiting_.pop_front();
  changed_.notify_all();
  return next;
}

void ChunkPipe::give_back(KeptRows spent) {
  MutexLock lock(mutex_);
  if (spent_.size() < kWaitingMax) spent_.push_back(std::move(spent));
}

KeptRows ChunkPipe::take_spent() {
  MutexLock lock(mutex_);
  if (spent_.empty()) return {};
  KeptRows spent = std::move(spent_.back());
  spent_.pop_back();
  return spent;
}

void ChunkPipe::run() {
  for (bool goes_on = true; goes_on;) {
    Next next = reader_.next(take_spent());
    goes_on = next && *next;
    if (!put(std::move(next))) return;
  }
}

// False: nobody wants more.
bool ChunkPipe::put(Next next) {
  MutexLock lock(mutex_);
  while (waiting_.size() >= kWaitingMax && !is_closed_) changed_.wait(mutex_);
  if (is_closed_) return false;
  waiting_.push_back(std::move(next));
  changed_.notify_all();
  return true;
}

}  // namespace wanamaker
