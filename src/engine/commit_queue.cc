#include "engine/commit_queue.h"

namespace wanamaker {
namespace {

constexpr std::size_t kGroupCommandsMax = 4'096;  // so that a group's memory and its time stay small

}  // namespace

std::vector<CommitQueue::Place*> CommitQueue::take_group() {
  std::vector<Place*> group;
  for (; !waiting_.empty() && group.size() < kGroupCommandsMax; waiting_.pop_front()) group.push_back(waiting_.front());
  return group;
}

void CommitQueue::commit(PendingCommand& command) {
  Place mine{.command = &command};
  std::vector<Place*> group;
  {
    MutexLock lock(mutex_);
    waiting_.push_back(&mine);
    while (mine.turn == Turn::waits && somebody_leads_) mine.changed.wait(mutex_);
    if (mine.turn == Turn::done) return;
    somebody_leads_ = true;
    group = take_group();  // this thread's own command stands first
  }
  std::vector<PendingCommand*> commands;
  for (const Place* place : group) commands.push_back(place->command);
  commit_group_(commands);
  MutexLock lock(mutex_);
  // Told under the mutex: a place is gone as soon as its thread holds it.
  for (Place* place : group) {
    place->turn = Turn::done;
    place->changed.notify_one();
  }
  somebody_leads_ = !waiting_.empty();
  if (waiting_.empty()) return;
  waiting_.front()->turn = Turn::leads;
  waiting_.front()->changed.notify_one();
}

}  // namespace wanamaker
