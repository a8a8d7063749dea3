#include "engine/engine.h"

#include "base/check.h"
#include "engine/validate.h"
#include "store/erasures.h"

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::uint64_t kPageShareOfLog = 64;

constexpr std::uint64_t kWaitingBytesMost = 4U << 20;  // in the log; some 200,000 events: beyond it who commits waits for who reads

constexpr std::uint64_t kSomeBytes = 32U << 10;         // likewise; some 1,500 events: what who commits applies at most, of others too
constexpr std::uint64_t kAppliedBytesMost = 64U << 10;  // likewise; some 3,000 events, a few milliseconds in which nobody judges

bool may_take_long(const Command& command) {
  return std::holds_alternative<AdvanceTime>(command.body) || std::holds_alternative<PutSegment>(command.body) || std::holds_alternative<DeleteSegment>(command.body);
}

// Whether what is said of other commands depends on it.
bool judges_others(const Command& companion) { return !std::holds_alternative<KeepAnswer>(companion.body) && !std::holds_alternative<NoteAudit>(companion.body); }

}  // namespace

Engine::Engine(std::unique_ptr<Store> store, const EngineOptions& options)
    : store_(std::move(store)), options_(options), reading_({.entered = [this] { apply_waiting(Which::all); }, .leaving = [this] { apply_waiting(Which::quick); }}), queue_([this](std::span<PendingCommand* const> group) { commit(group); }) {
  if (options_.checkpoint_log_bytes == 0) return;
  // A checkpoint that fails in the background loses nothing; the next one, or a start, says what is wrong.
  checkpointer_.emplace([this] { std::ignore = checkpoint(); });
}

Engine::~Engine() = default;

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
  applied_ = store_->log().last();
  return {};
}

Result<SubmitOutcome> Engine::submit(Command command, Forgotten forgotten, const Companions& companions) {
  PendingCommand pending{.command = std::move(command), .forgotten = forgotten, .companions = companions ? &companions : nullptr};
  // Here, so that who leads, and all that wait for it, mostly need not wait for those who read.
  if (!std::holds_alternative<ImportBatch>(pending.command.body) && way_of(pending) == Way::apart) ReadingLock others(reading_);
  queue_.commit(pending);
  CHECK(pending.outcome.has_value(), "a commit decides each command of its group");
  if (may_take_long(pending.command) || takes_over()) ReadingLock applied(reading_);
  return *std::move(pending.outcome);
}

Engine::Way Engine::way_of(const PendingCommand& pending) {
  const auto waits = [&](bool Waiting::* which) {
    MutexLock lock(waiting_mutex_);
    return std::ranges::any_of(waiting_, which);
  };
  if (pending.companions != nullptr && waits(&Waiting::has_judged_companions)) return Way::apart;  // one may be judged by another
  if (std::holds_alternative<AdvanceTime>(pending.command.body)) return Way::long_;
  if (may_take_long(pending.command)) return waits(&Waiting::is_long) ? Way::apart : Way::long_;  // a definition may name another
  ReadLock lock(state_mutex_);
  return only_adds_data(pending.command, state_.base) ? Way::joins : Way::apart;
}

// A group is cut into runs whose commands do not change what the others are validated against.
void Engine::commit(std::span<PendingCommand* const> group) {
  std::vector<PendingCommand*> run;
  if (!has_waiting(Which::all)) waiting_ids_.clear();
  const auto finish_run = [&] {
    commit_run(run, Way::joins);
    run.clear();
  };
  for (PendingCommand* pending : group) {
    Way way = way_of(*pending);
    if (way == Way::joins && !waiting_ids_.add(pending->command)) way = Way::apart;
    if (way == Way::apart) {
      finish_run();
      { ReadingLock all_is_applied(reading_); }
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
  if (checkpointer_ && store_->log().tail_bytes() > std::max(options_.checkpoint_log_bytes, page_bytes_ / kPageShareOfLog)) checkpointer_->wake();
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
  Waiting waiting{.commands = {}, .link = store_->log().last(), .is_long = way == Way::long_, .has_judged_companions = std::ranges::any_of(accepted.companions, judges_others), .is_taken = way == Way::long_};
  auto companion = accepted.companions.begin();
  for (const auto& [pending, companions] : accepted.commands) {
    waiting.commands.push_back(way == Way::long_ ? pending->command : std::move(pending->command));  // submit() still asks what a long one is
    for (std::size_t i = 0; i < companions; ++i) waiting.commands.push_back(std::move(*companion++));
  }
  for (const EncodedCommand& encoded : accepted.encoded) waiting.bytes += encoded.body.size();
  bool are_too_many = false;
  {
    MutexLock lock(waiting_mutex_);
    waiting_bytes_ += waiting.bytes;
    are_too_many = waiting_bytes_ > kWaitingBytesMost;
    waiting_.push_back(std::move(waiting));
  }
  if (way == Way::apart || are_too_many) ReadingLock applied(reading_);
  else apply_quick_ones();
}

// ---- apply ----

bool Engine::has_waiting(Which which) {
  MutexLock lock(waiting_mutex_);
  return !waiting_.empty() && (which == Which::all || !waiting_.front().is_long);
}

// Whether something waits that turned out to take long, and this thread is to see to it.
bool Engine::takes_over() {
  MutexLock lock(waiting_mutex_);
  return !waiting_.empty() && waiting_.front().is_long && !std::exchange(waiting_.front().is_taken, true);
}

// By the time that has passed until then. The base is held.
bool Engine::takes_long(const Waiting& waiting) const {
  return std::ranges::any_of(waiting.commands, [&](const Command& command) { return state_.live.takes_long(command.accepted_at); });
}

// Those that wait now, the oldest first; quick ones up to the first long one. The base is held.
void Engine::apply_waiting(Which which) {
  std::size_t left = 0;
  {
    MutexLock lock(waiting_mutex_);
    left = waiting_.size();
  }
  std::optional<Alone> alone;  // over several quick ones: each who judges meanwhile is waited for once
  std::uint64_t bytes = 0;     // that were applied in it
  for (; left > 0 && has_waiting(which) && (which != Which::some || bytes < kSomeBytes); --left) {
    Waiting* oldest = nullptr;  // it stays where it is: others are put behind it
    {
      MutexLock lock(waiting_mutex_);
      oldest = &waiting_.front();
      oldest->is_long = oldest->is_long || takes_long(*oldest);
      if (oldest->is_long && which != Which::all) return;
    }
    if (oldest->is_long || bytes > kAppliedBytesMost) {
      alone.reset();
      bytes = 0;
    }
    if (oldest->is_long) {
      apply(*oldest);
    } else {
      if (!alone) alone.emplace(*this);
      for (const Command& command : oldest->commands) state_.apply(command);
      applied_ = oldest->link;
      bytes += oldest->bytes;
    }
    MutexLock lock(waiting_mutex_);
    waiting_bytes_ -= oldest->bytes;
    waiting_.pop_front();
  }
}

// Unless somebody reads: then who does will when he leaves, or the next who commits or reads. After a long apply much may wait: it is caught up
// with by several, so that none is acknowledged late.
void Engine::apply_quick_ones() {
  if (has_waiting(Which::some)) reading_.try_to([this] { apply_waiting(Which::some); });
}

void Engine::apply(const Waiting& long_one) {
  MutexLock alone(apply_mutex_);
  for (const Command& command : long_one.commands) apply_long(command);
  WriteLock lock(state_mutex_);
  applied_ = long_one.link;
}

// As EngineState::apply(), but what takes long of it, live memberships and the orders of the base, goes on while others judge commands.
void Engine::apply_long(const Command& command) {
  {
    WriteLock lock(state_mutex_);
    state_.expire(command);
  }
  state_.live.prepare(command, state_.base, state_.zone);
  std::vector<Base::NewEvent> appended;
  {
    WriteLock lock(state_mutex_);
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

const Base& Engine::base() {
  WriteLock lock(state_mutex_);
  state_.base.settle();
  return state_.base;
}

bool Engine::is_message_known(std::string_view message_id) { return state_.base.find_message(message_id).has_value() || waiting_ids_.contains(message_id); }

std::optional<KeptAnswer> Engine::answer_to(std::string_view request_id, Timestamp now) {
  if (const KeptAnswer* kept = state_.answers.find(request_id, now)) return *kept;
  MutexLock lock(waiting_mutex_);
  for (const Waiting& waiting : waiting_) {
    for (const Command& command : waiting.commands) {
      const auto* kept = std::get_if<KeepAnswer>(&command.body);
      if (kept != nullptr && kept->id == request_id) return KeptAnswer{.request = kept->request, .sealed = kept->sealed, .subjects = kept->subjects, .at = command.accepted_at, .asker = kept->asker};
    }
  }
  return std::nullopt;
}

bool Engine::is_time_due(Timestamp t) {
  WriteLock lock(state_mutex_);
  return state_.live.is_due(t, state_.base, state_.zone);
}

std::vector<ContactOrdinal> Engine::promised(SegmentNumber segment, Timestamp until) {
  WriteLock lock(state_mutex_);
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
