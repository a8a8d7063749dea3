#pragma once
// The engine: the only writer. A command is validated, made durable in the log, acknowledged, and applied before anybody reads again.
// Apply is pure: it reads no clock, does no I/O and cannot fail, so that replay gives the same base.
// Key idea: everything in memory is derived. A start loads the pages of the last checkpoint and replays the log after them.
// Threads: submit(), checkpoint() and rewrite() may be called from many; the rest while no other thread submits, or by one that holds
// reading(): data that come meanwhile are acknowledged when they are durable, and applied after it. Who commits waits for nobody who reads or applies: what takes
// long to apply is done by whoever submitted a definition or the passing of time, by who reads next, or by a thread of its own (apply_beside()).

#include "base/mutex.h"
#include "base/result.h"
#include "engine/background_task.h"
#include "engine/backlog.h"
#include "engine/commit_queue.h"
#include "engine/message_ids.h"
#include "engine/reading_gate.h"
#include "engine/state.h"
#include "engine/submit.h"
#include "model/commands.h"
#include "store/backup.h"
#include "store/options.h"
#include "store/store.h"

#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

struct EngineOptions {
  StoreOptions store = {};
  Store::Access access = Store::Access::read_and_write;
  // A checkpoint is made in the background when a start would have to replay more than this, or, where the pages are large, more than a 64th of
  // them (a checkpoint then writes the more, and a start takes the longer anyhow), and that is likely to take long or is four times as much. 0: never.
  std::uint64_t checkpoint_log_bytes = 4U << 20;
};

struct CheckpointReport {
  std::uint64_t sequence = 0;  // of the last command in it
  WrittenPages written;
};

class Engine {
 public:
  // Opens or makes the store in the directory, loads its pages and replays its log.
  // Errors: those of the store (damage, a newer version, a store that is held by another process).
  static Result<std::unique_ptr<Engine>> open(const std::string& directory, const EngineOptions& options = {});
  ~Engine();

  // From now on what takes more than some milliseconds to apply is done by a thread of its own, so that who submits does not wait for it; who reads then does
  // so while reading() is held. Before that all is applied when submit() returns, unless somebody reads. Called before other threads come.
  void apply_beside();

  // Durable when it returns, and applied for whoever reads from then on. Commands of several threads share a sync.
  // Errors: invalid, not_found, conflict (nothing is changed), failure (the disk: nothing was acknowledged; reading goes on).
  Result<SubmitOutcome> submit(Command command, Forgotten forgotten = Forgotten::are_taken, const Companions& companions = {});
  // Whether a message id is one of a contact who was erased lately: engine/forgotten_messages.h. While the base is held.
  bool is_forgotten(std::string_view message_id) const { return state_.forgotten.contains(message_id); }

  // Whether a token was spent lately: SpendIds. While the base is held.
  bool is_spent(std::string_view token) const { return state_.spent.contains(token); }

  // Held while looking at what commands are judged by, beside those who read and judge: unsettled() but for its orders and indexes, access(),
  // connections(), is_forgotten(), is_message_known() and answer_to(). Data that wait are seen in the last two alone. It holds up who applies, so it
  // is held for short, and nothing that takes reading() or submits is called meanwhile.
  using Judging = std::shared_lock<SharedMutex>;
  Judging judging() { return Judging(state_mutex_); }
  // Whether an event with that message id is applied, or waits for it. While judging() is held.
  bool is_message_known(std::string_view message_id);
  // What was answered to a request that comes again (engine/kept_answers.h), also where it waits. While judging() is held.
  std::optional<KeptAnswer> answer_to(std::string_view request_id, Timestamp now);

  // Held while reading what other threads may change: for as long as memory is read, never over submit() or a wait for anybody else.
  ReadingGate& reading() { return reading_; }

  // Writes what changed since the last checkpoint and shortens the log, while commands go on. Errors: failure; nothing is lost then.
  Result<CheckpointReport> checkpoint();
  // A checkpoint after which no byte of what was erased or replaced is left in the store's files. Errors: failure.
  Result<CheckpointReport> rewrite();
  // Texts that nothing uses any more go from memory, as rewrite() makes them go before it writes: no answer changes.
  void collect();
  // Adds a backup while commands go on; no checkpoint runs meanwhile. Errors: those of store/backup.h.
  Result<BackupInfo> back_up(const std::string& directory, std::uint32_t keep = kBackupsKept);

  // Ready to be read: orders and indexes made.
  const Base& base();
  // As it is, for schema and ids while an import runs: strips of events are not in order.
  const Base& unsettled() const { return state_.base; }
  const Zone& zone() const { return state_.zone; }
  const Live& live() const { return state_.live; }
  const Connections& connections() const { return state_.connections; }
  const KeptAnswers& answers() const { return state_.answers; }
  const Access& access() const { return state_.access; }
  const AuditLog& audit() const { return state_.audit; }
  // Whether time alone has changed something by then, so that AdvanceTime would say something new.
  bool is_time_due(Timestamp t);
  // Contacts of which time alone may change the membership by then; the live segment's.
  std::vector<ContactOrdinal> promised(SegmentNumber segment, Timestamp until);
  // What submit() would say of the command; nothing is changed. Errors: those of submit, but for the disk.
  Result<SubmitOutcome> check(Command command);
  std::vector<ImportMark> marks(std::string_view import_key) const;
  // Equal for equal contents with the same past, collected or not at the same time. Cost: as a checkpoint of everything, without the disk.
  std::uint64_t state_hash() const { return hash_of(image_of(state_)); }
  Store& store() { return *store_; }
  // Why no command is accepted any more, if so: a failed write, or a disk that can only be read.
  std::optional<Error> refuses_writes() const { return store_->log().closed_by(); }

 private:
  Engine(std::unique_ptr<Store> store, const EngineOptions& options);
  Result<void> replay();
  void commit(std::span<PendingCommand* const> group);
  struct Accepted {
    std::vector<EncodedCommand> encoded;
    std::vector<Command> companions;  // in their order in the log
    std::vector<std::pair<PendingCommand*, std::size_t>> commands;  // each with how many companions stand behind it
  };
  Result<SubmitOutcome> accept(PendingCommand& pending, Accepted& accepted);
  // How a command goes through a commit.
  enum class Way : std::uint8_t {
    joins,  // only adds data: it is judged alike whether those before it are applied or not
    long_,  // likewise, and its apply may take long: whoever submitted it does that
    apart,  // it is judged when all before it are applied, and is applied before it is acknowledged: who submits it holds the base
  };
  Way way_of(const PendingCommand& pending);
  void commit_run(std::span<PendingCommand* const> run, Way way);
  enum class Which : std::uint8_t { some, all };  // some: quick ones, for a millisecond
  void apply_waiting(Which which) { apply_waiting(which, backlog_.size()); }
  void apply_waiting(Which which, std::size_t most);
  void apply_oldest();
  void apply_unless_somebody_reads();
  void hand_over();
  // How much is applied by those who answer soon.
  Which a_share() const { return applier_ ? Which::some : Which::all; }
  bool is_oldest_long();
  void apply(const Command& command) WM_REQUIRES(apply_mutex_);
  void note_page_bytes();
  bool is_log_long() const;
  enum class Noting : std::uint8_t { at_commit, at_replay };
  Result<void> note_erasure(const Command& command, std::uint64_t sequence, Noting when);
  Result<CheckpointReport> write_checkpoint() WM_REQUIRES(checkpoint_mutex_);

  std::unique_ptr<Store> store_;
  EngineOptions options_;
  ReadingGate reading_;      // between those who read and who applies; taken first
  Mutex apply_mutex_;        // between who applies and who makes an image; taken before state_mutex_
  SharedMutex state_mutex_;  // between who applies and who judges commands: what an apply does beside it, no judgement of data reads
  EngineState state_;
  Backlog backlog_;
  MessageIds waiting_ids_;   // of what waits or may
  std::atomic<bool> commit_holds_base_ = false;  // somebody waits for a commit and holds reading_ for it
  ChainLink applied_ WM_GUARDED_BY(apply_mutex_);  // the place of the log that the state stands for
  std::atomic<std::uint64_t> page_bytes_ = 0;  // of the last checkpoint
  Mutex checkpoint_mutex_;
  CommitQueue queue_;
  std::optional<BackgroundTask> applier_;       // these last: their threads end before the rest goes
  std::optional<BackgroundTask> checkpointer_;
};

}  // namespace wanamaker
