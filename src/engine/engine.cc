#include "engine/engine.h"

#include "base/check.h"
#include "base/give_way.h"
#include "engine/validate.h"
#include "store/erasures.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace wanamaker {
namespace {

constexpr std::uint64_t kPageShareOfLog = 64;
constexpr std::uint64_t kLogShareAtMost = 4;
constexpr std::chrono::milliseconds kReplayMost{400};  // of the two seconds that a start may take

using Steady = std::chrono::steady_clock;  // says who applies, never what comes of it
constexpr std::chrono::microseconds kAtOnce{20};  // of some events: to wake a thread takes as long
constexpr std::chrono::milliseconds kShare{1};  // what those who answer soon apply, also of others' commands
constexpr std::chrono::milliseconds kLong{2};   // more than this is done beside those who judge, by nobody who answers soon

bool may_take_long(const Command& command) {
  return std::holds_alternative<AdvanceTime>(command.body) || std::holds_alternative<PutSegment>(command.body) || std::holds_alternative<DeleteSegment>(command.body);
}

// Whether what is said of other commands depends on it.
bool judges_others(const Command& companion) { return !std::holds_alternative<KeepAnswer>(companion.body) && !std::holds_alternative<NoteAudit>(companion.body); }

// Of what goes into one block, nothing is applied yet when the rest is judged. Errors: conflict, as validate() has it.
Result<void> check_not_spent_by(std::span<const Command> earlier, const Command& command) {
  const auto* spends = std::get_if<SpendIds>(&command.body);
  if (spends == nullptr) return {};
  for (const Command& before : earlier) {
    const auto* spent = std::get_if<SpendIds>(&before.body);
    if (spent != nullptr && std::ranges::find_first_of(spent->ids, spends->ids) != spent->ids.end()) return fail(ErrorCode::conflict, "an id is spent already");
  }
  return {};
}

}  // namespace

Engine::Engine(std::unique_ptr<Store> store, const EngineOptions& options)
    : store_(std::move(store)), options_(options), reading_({.came = [this] { return backlog_.newest(); }, .entered = [this](std::uint64_t newest) { apply_waiting(Which::all, backlog_.size_up_to(newest)); }, .leaving = [this] { if (!applier_) apply_waiting(Which::all); }, .left = [this] { hand_over(); }}), queue_([this](std::span<PendingCommand* const> group) { commit(group); }) {
  if (options_.checkpoint_log_bytes == 0) return;
  // A checkpoint that fails in the background loses nothing; the next one, or a start, says what is wrong.
  checkpointer_.emplace([this] { std::ignore = checkpoint(); });
}

// What these threads do looks at what they are held in.
Engine::~Engine() {
  if (checkpointer_) checkpointer_->end();
  if (applier_) applier_->end();
}

void Engine::apply_beside() { applier_.emplace([this] { reading_.pass(); }); }

Result<std::unique_ptr<Engine>> Engine::open(const std::string& directory, const EngineOptions& options) {
  WM_TRY(std::unique_ptr<Store> store, Store::open(directory, options.store, options.access));
  std::unique_ptr<Engine> engine(new Engine(std::move(store), options));
  WM_TRY(engine->state_, load_state(engine->store_->pages()));
  engine->note_page_bytes();
  WM_CHECK_OK(engine->replay());
  return engine;
}

Result<void> Engine::replay() {
  std::uint64_t sequence = store_->pages().catalog().link.sequence;
  WM_CHECK_OK(store_->log().replay([&](Command&& command) -> Result<void> {
    ++sequence;
    // A ledger that cannot be written stops writing, not reading: note_erasure() says so to the log.
    if (!refuses_writes()) std::ignore = note_erasure(command, sequence, Noting::at_replay);
    state_.apply(command);
    return {};
  }));
  const MutexLock alone(apply_mutex_);
  applied_ = store_->log().last();
  return {};
}

Result<SubmitOutcome> Engine::submit(Command command, Forgotten forgotten, const Companions& companions) {
  PendingCommand pending{.command = std::move(command), .forgotten = forgotten, .companions = companions ? &companions : nullptr};
  const bool is_long = may_take_long(pending.command);
  const auto came_at = Steady::now();
  std::optional<Hurry> hurry(std::in_place);
  if (applier_) backlog_.wait_for_room();
  else if (backlog_.is_full()) reading_.pass();
  if (std::holds_alternative<ImportBatch>(pending.command.body) || way_of(pending) != Way::apart) queue_.commit(pending);
  if (is_long) hurry.reset();
  if (!pending.outcome) {
    const ReadingLock base(reading_);
    pending.holds_base = true;
    commit_holds_base_ = true;
    queue_.commit(pending);
    commit_holds_base_ = false;
    if (is_long) apply_waiting(Which::all);
  } else if (is_long) {
    reading_.pass();
  } else if (applier_) {
    backlog_.slow_down(came_at);
  }
  CHECK(pending.outcome.has_value(), "a commit decides each command whose base is held");
  return *std::move(pending.outcome);
}

Engine::Way Engine::way_of(const PendingCommand& pending) {
  if (pending.companions != nullptr && backlog_.has_judged_companions()) return Way::apart;  // one may be judged by another
  if (std::holds_alternative<AdvanceTime>(pending.command.body)) return Way::long_;
  if (may_take_long(pending.command)) return backlog_.has_long() ? Way::apart : Way::long_;  // a definition may name another
  const ReadLock lock(state_mutex_);
  return only_adds_data(pending.command, state_.base) ? Way::joins : Way::apart;
}

// A group is cut into runs whose commands do not change what the others are validated against. Nobody who reads is waited for: what has to be applied at once
// comes with the base held by who submitted it, who waits for this.
void Engine::commit(std::span<PendingCommand* const> group) {
  std::vector<PendingCommand*> run;
  if (backlog_.empty()) waiting_ids_.clear();
  else if (backlog_.size_up_to(waiting_ids_.older_until()) == 0) waiting_ids_.turn(store_->log().last().sequence);
  const auto finish_run = [&] {
    commit_run(run, Way::joins);
    run.clear();
  };
  for (PendingCommand* pending : group) {
    Way way = way_of(*pending);
    if (way == Way::joins && !waiting_ids_.add(pending->command)) way = Way::apart;
    if (way == Way::apart && !pending->holds_base) continue;
    if (pending->holds_base) {
      finish_run();
      apply_waiting(Which::all);
      waiting_ids_.clear();
      way = way_of(*pending);
      if (way == Way::joins) waiting_ids_.add(pending->command);
    }
    if (way == Way::joins) {
      run.push_back(pending);
      continue;
    }
    finish_run();
    commit_run({&pending, 1}, way);
  }
  finish_run();
  if (checkpointer_ && is_log_long()) checkpointer_->wake();
}

// Each checkpoint writes what all events since the last one have touched, and what they touch next is copied: the fewer, the faster is who writes.
bool Engine::is_log_long() const {
  const std::uint64_t bytes = store_->log().tail_bytes();
  const std::uint64_t least = std::max(options_.checkpoint_log_bytes, page_bytes_ / kPageShareOfLog);
  return bytes > least && (bytes > least * kLogShareAtMost || backlog_.expected(bytes) > kReplayMost);
}

void Engine::note_page_bytes() {
  std::uint64_t bytes = 0;
  for (const auto& [name, entry] : store_->pages().catalog().entries) bytes += entry.size;
  page_bytes_ = bytes;
}

// Checks a command and what goes with it, and makes them ready for the log. Errors: those of validate() and of the encoding.
Result<SubmitOutcome> Engine::accept(PendingCommand& pending, Accepted& accepted) {
  const auto check = [&](Command& command) {
    ReadLock lock(state_mutex_);
    return validate(command, state_.base, {.connections = state_.connections, .access = state_.access, .forgotten = pending.forgotten == Forgotten::are_duplicates ? &state_.forgotten : nullptr, .spent = &state_.spent, .at = command.accepted_at});
  };
  WM_TRY(SubmitOutcome outcome, check(pending.command));
  WM_TRY(EncodedCommand encoded, encode_command(pending.command));
  std::vector<Command> companions;
  std::vector<EncodedCommand> block;
  block.push_back(std::move(encoded));
  if (pending.companions != nullptr) {
    for (CommandBody& body : (*pending.companions)(outcome)) {
      Command& companion = companions.emplace_back(Command{.accepted_at = pending.command.accepted_at, .body = std::move(body)});
      WM_CHECK_OK(check(companion));
      WM_CHECK_OK(check_not_spent_by(accepted.companions, companion));
      WM_TRY(EncodedCommand beside, encode_command(companion));
      block.push_back(std::move(beside));
    }
  }
  accepted.commands.emplace_back(&pending, companions.size());
  std::ranges::move(companions, std::back_inserter(accepted.companions));
  std::ranges::move(block, std::back_inserter(accepted.encoded));
  return outcome;
}

void Engine::commit_run(std::span<PendingCommand* const> run, Way way) {
  Accepted accepted;
  for (PendingCommand* pending : run) pending->outcome = accept(*pending, accepted);
  if (accepted.commands.empty()) return;
  const Command& first = accepted.commands.front().first->command;  // an erasure is alone in its run
  Result<void> done;
  if (std::holds_alternative<EraseContact>(first.body)) {
    if (const auto ledger = store_->erasures(); !ledger) done = fail(ledger.error());  // before anything is written
  }
  const std::uint64_t first_sequence = store_->log().last().sequence + 1;
  if (done) done = store_->log().append(accepted.encoded);
  if (done) done = note_erasure(first, first_sequence, Noting::at_commit);
  if (!done) {
    for (const auto& [pending, companions] : accepted.commands) pending->outcome = fail(done.error());
    return;
  }
  DurableCommands durable{.commands = {}, .link = store_->log().last(), .is_long = way == Way::long_, .has_judged_companions = std::ranges::any_of(accepted.companions, judges_others)};
  auto companion = accepted.companions.begin();
  for (const auto& [pending, companions] : accepted.commands) {
    durable.commands.push_back(std::move(pending->command));
    for (std::size_t i = 0; i < companions; ++i) durable.commands.push_back(std::move(*companion++));
  }
  for (const EncodedCommand& encoded : accepted.encoded) durable.bytes += encoded.body.size();
  backlog_.add(std::move(durable));
  if (way == Way::apart) apply_waiting(Which::all);
  else if (way == Way::joins) apply_unless_somebody_reads();
}

// ---- apply ----

// By the time that has passed until then, or by its size. The base is held.
bool Engine::is_oldest_long() {
  const DurableCommands& oldest = backlog_.oldest();
  if (oldest.is_long) return true;
  const auto has_much_due = [&](const Command& command) { return state_.live.takes_long(command.accepted_at); };
  if (backlog_.expected(oldest.bytes) < kLong && std::ranges::none_of(oldest.commands, has_much_due)) return false;
  backlog_.note_long();
  return true;
}

// So many of what waits now, the oldest first; some: up to the first long one, for some time. The base is held, by this thread or by one that waits for it.
void Engine::apply_waiting(Which which, std::size_t most) {
  if (most == 0) return;
  const Backlog::Shrinking shrinking(backlog_);
  const auto begin = Steady::now();
  for (std::size_t left = most; left > 0; --left) {
    const bool is_long = is_oldest_long();
    if (which == Which::some && (is_long || Steady::now() - begin >= kShare)) return;
    apply_oldest();
    give_way();
  }
}

void Engine::apply_oldest() {
  const DurableCommands& oldest = backlog_.oldest();
  const MutexLock alone(apply_mutex_);
  const bool is_by_size = std::ranges::all_of(oldest.commands, [&](const Command& command) { return !may_take_long(command) && !state_.live.takes_long(command.accepted_at); });
  const auto begin = Steady::now();
  for (const Command& command : oldest.commands) apply(command);
  if (is_by_size) backlog_.learn(oldest.bytes, Steady::now() - begin);
  applied_ = oldest.link;
  backlog_.remove_oldest();
}

// Who commits for others does not keep them waiting: what is more than waking a thread takes is applied by that one. What somebody who reads keeps out he applies as he
// leaves, or who comes next.
void Engine::apply_unless_somebody_reads() {
  if (commit_holds_base_) return;  // perhaps by this very thread
  if (applier_ && backlog_.expected() > kAtOnce) return applier_->wake();
  if (reading_.try_to([this] { apply_waiting(a_share()); })) hand_over();
}

// What came while somebody read, or took longer than who commits may take, is done by a thread of its own: whoever leaves has an answer to give.
void Engine::hand_over() {
  if (applier_ && !backlog_.empty()) applier_->wake();
}

// As EngineState::apply(), but what may take long of it, live memberships and the orders of the base, goes on while others judge commands: memory
// that is touched for the first time may take milliseconds to come, whatever the command's size.
void Engine::apply(const Command& command) {
  state_.live.prepare(command, state_.base, state_.zone);
  std::vector<Base::NewEvent> appended;
  {
    const WriteLock lock(state_mutex_);
    state_.expire(command);
    appended = state_.change(command);
  }
  state_.live.settle(command, appended, state_.base, state_.zone);
}

// Before it is acknowledged, and again at replay in case a crash came between. Without the ledger no erasure is acknowledged.
Result<void> Engine::note_erasure(const Command& command, std::uint64_t sequence, Noting when) {
  const auto* erase = std::get_if<EraseContact>(&command.body);
  if (erase == nullptr) return {};
  const auto contact = state_.base.find_contact(erase->contact_id);
  CHECK(contact.has_value(), "a contact that is erased was validated");
  std::vector<std::string> ids = state_.base.aliases_of(*contact);
  ids.emplace_back(state_.base.contact_id(*contact));
  auto noted = store_->erasures();
  if (noted) {
    Erasures& ledger = **noted;
    if (when == Noting::at_replay) std::erase_if(ids, [&](const std::string& id) { return ledger.contains(sequence, id); });
    if (ids.empty()) return {};
    if (auto added = ledger.add(sequence, ids); !added) noted = fail(std::move(added).error());
  }
  if (noted) return {};
  Error why = std::move(noted).error();
  why.message = "the store takes no more writes: an erasure could not be noted: " + why.message;
  store_->log().refuse_writing(why);
  return fail(std::move(why));
}

Result<BackupInfo> Engine::back_up(const std::string& directory, std::uint32_t keep) {
  MutexLock lock(checkpoint_mutex_);
  return wanamaker::back_up(*store_, directory, keep);
}

Result<CheckpointReport> Engine::checkpoint() {
  MutexLock lock(checkpoint_mutex_);
  return write_checkpoint();
}

void Engine::collect() {
  ReadingLock readers(reading_);
  MutexLock alone(apply_mutex_);
  WriteLock lock(state_mutex_);
  state_.base.collect();
}

Result<CheckpointReport> Engine::rewrite() {
  MutexLock lock(checkpoint_mutex_);
  WM_CHECK_OK(store_->check_room_to_rewrite());
  collect();
  WM_TRY(const CheckpointReport report, write_checkpoint());
  WM_CHECK_OK(store_->pages().compact());
  return report;
}

Result<CheckpointReport> Engine::write_checkpoint() {
  if (auto why = refuses_writes()) return fail(*std::move(why));
  std::optional<StateImage> image;
  ChainLink link;
  {
    MutexLock alone(apply_mutex_);
    WriteLock lock(state_mutex_);
    image.emplace(image_of(state_));
    link = applied_;
  }
  auto written = write_state(*image, PageFilter::dirty, link, store_->pages());
  {
    MutexLock alone(apply_mutex_);
    WriteLock lock(state_mutex_);
    if (written) {
      state_.base.saved(image->base);
      state_.live.saved(image->live);
    }
    image.reset();  // the writer's: see base_image.h
  }
  if (!written) return fail(std::move(written).error());
  note_page_bytes();
  WM_CHECK_OK(store_->log().drop_up_to(link));
  return CheckpointReport{.sequence = link.sequence, .written = *written};
}

// Orders and indexes are no judge's: those who commit are not waited for.
const Base& Engine::base() {
  const MutexLock alone(apply_mutex_);
  state_.base.settle();
  return state_.base;
}

bool Engine::is_message_known(std::string_view message_id) { return state_.base.find_message(message_id).has_value() || waiting_ids_.contains(message_id); }

std::optional<KeptAnswer> Engine::answer_to(std::string_view request_id, Timestamp now) {
  if (const KeptAnswer* kept = state_.answers.find(request_id, now)) return *kept;
  std::optional<KeptAnswer> found;
  backlog_.for_each([&](const Command& command) {
    const auto* kept = std::get_if<KeepAnswer>(&command.body);
    if (kept != nullptr && kept->id == request_id && !found) found = KeptAnswer{.request = kept->request, .sealed = kept->sealed, .subjects = kept->subjects, .at = command.accepted_at, .asker = kept->asker};
  });
  return found;
}

bool Engine::is_time_due(Timestamp t) {
  const MutexLock alone(apply_mutex_);
  return state_.live.is_due(t, state_.base, state_.zone);
}

std::vector<ContactOrdinal> Engine::promised(SegmentNumber segment, Timestamp until) {
  const MutexLock alone(apply_mutex_);
  return state_.live.promised(segment, until, state_.base, state_.zone);
}

Result<SubmitOutcome> Engine::check(Command command) {
  ReadLock lock(state_mutex_);
  return validate(command, state_.base, {.connections = state_.connections, .access = state_.access, .at = command.accepted_at});
}

std::vector<ImportMark> Engine::marks(std::string_view import_key) const {
  std::vector<ImportMark> found;
  std::ranges::copy_if(state_.marks, std::back_inserter(found), [&](const ImportMark& mark) { return mark.import_key == import_key; });
  return found;
}

}  // namespace wanamaker
