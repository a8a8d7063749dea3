#pragma once
// Where threads that submit commands meet, so that one sync serves many (group commit). Key idea: the first that comes leads; it
// commits everything that waits, itself included, and hands the lead to the next one in line. Those that come meanwhile are the next
// group: the slower the disk, the larger the groups. Thread-safe.
// Source: the writer queue of LevelDB and RocksDB.

#include "base/mutex.h"
#include "engine/submit.h"
#include "model/commands.h"

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace wanamaker {

// One command on its way, and what became of it.
struct PendingCommand {
  Command command;
  Forgotten forgotten = Forgotten::are_taken;
  const Companions* companions = nullptr;                    // or none
  bool holds_base = false;                            // who submits it holds the engine's reading(), so that the commit may apply
  std::optional<Result<SubmitOutcome>> outcome = {};  // set by the group's commit; nothing: it has to come again with the base held
};

class CommitQueue {
 public:
  // Sets the outcome of each, or leaves it; runs in one thread at a time.
  using CommitGroup = std::function<void(std::span<PendingCommand* const>)>;

  explicit CommitQueue(CommitGroup commit_group) : commit_group_(std::move(commit_group)) {}

  // Returns when a group with the command was committed, by this thread or another.
  void commit(PendingCommand& command);

 private:
  enum class Turn : std::uint8_t { waits, leads, done };
  struct Place {
    PendingCommand* command;
    Turn turn = Turn::waits;
    std::condition_variable_any changed = {};
  };

  std::vector<Place*> take_group() WM_REQUIRES(mutex_);

  CommitGroup commit_group_;
  Mutex mutex_;
  std::deque<Place*> waiting_ WM_GUARDED_BY(mutex_);
  bool somebody_leads_ WM_GUARDED_BY(mutex_) = false;
};

}  // namespace wanamaker
