#pragma once
// The engine: the only writer. A command is validated, made durable in the log, applied, and then readable, in that order.
// Apply is pure: it reads no clock, does no I/O and cannot fail, so that replay gives the same base.
// Key idea: everything in memory is derived. A start loads the pages of the last checkpoint and replays the log after them.
// Threads: submit() and checkpoint() may be called from many; base() and unsettled() while no other thread submits.

#include "base/mutex.h"
#include "base/result.h"
#include "calendar/zone.h"
#include "columns/base.h"
#include "engine/commit_queue.h"
#include "engine/submit.h"
#include "model/commands.h"
#include "store/options.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class Store;

struct EngineOptions {
  StoreOptions store = {};
};

class Engine {
 public:
  // Opens or makes the store in the directory, loads its pages and replays its log.
  // Errors: those of the store (damage, a newer version, a store that is held by another process).
  static Result<std::unique_ptr<Engine>> open(const std::string& directory, const EngineOptions& options = {});
  ~Engine();

  // Durable and applied when it returns. Commands of several threads share a sync.
  // Errors: invalid, not_found, conflict (nothing is changed), failure (the disk: nothing was acknowledged; reading goes on).
  Result<SubmitOutcome> submit(Command command);

  // Ready to be read: orders and indexes made.
  const Base& base();
  // As it is, for schema and ids while an import runs: strips of events are not in order.
  const Base& unsettled() const { return base_; }
  const Zone& zone() const { return zone_; }
  std::vector<ImportMark> marks(std::string_view import_key) const;

 private:
  explicit Engine(std::unique_ptr<Store> store);
  void commit(std::span<PendingCommand* const> group);
  void commit_run(std::span<PendingCommand* const> run);
  void apply(Command command);

  std::unique_ptr<Store> store_;
  SharedMutex state_mutex_;  // the base, against a reader in another thread; only the leader of a group writes
  Base base_;
  Zone zone_ = Zone::utc();
  std::vector<ImportMark> marks_;
  CommitQueue queue_;
};

}  // namespace wanamaker
