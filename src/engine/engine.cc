#include "engine/engine.h"

#include "base/check.h"
#include "engine/validate.h"
#include "store/erasures.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::uint64_t kPageShareOfLog = 64;

// Message ids of the events in a run. Two commands with one id may not share a run: the second is judged after the first.
class MessageIds {
 public:
  // False, and nothing added, when one of them is there already.
  bool add(const Command& command) {
    const auto* batch = std::get_if<ImportBatch>(&command.body);
    if (batch == nullptr) return true;
    for (const BatchRow& row : batch->rows)
      if (!row.message_id.empty() && ids_.contains(row.message_id)) return false;
    for (const BatchRow& row : batch->rows)
      if (!row.message_id.empty()) ids_.emplace(row.message_id);
    return true;
  }
  void clear() { ids_.clear(); }

 private:
  boost::unordered_flat_set<std::string> ids_;
};

}  // namespace

Engine::Engine(std::unique_ptr<Store> store, const EngineOptions& options)
    : store_(std::move(store)), options_(options), queue_([this](std::span<PendingCommand* const> group) { commit(group); }) {
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
  queue_.commit(pending);
  CHECK(pending.outcome.has_value(), "a commit decides each command of its group");
  return *std::move(pending.outcome);
}

// A group is cut into runs whose commands do not change what the others are validated against.
void Engine::commit(std::span<PendingCommand* const> group) {
  std::vector<PendingCommand*> run;
  MessageIds seen;
  const auto finish_run = [&] {
    commit_run(run);
    run.clear();
    seen.clear();
  };
  for (PendingCommand* pending : group) {
    const bool joins = group.size() > 1 && [&] {  // one alone is a run in any case
      ReadLock lock(state_mutex_);
      return only_adds_data(pending->command, state_.base);
    }() && seen.add(pending->command);
    if (!joins && !run.empty()) finish_run();
    run.push_back(pending);
    if (!joins) finish_run();
  }
  if (!run.empty()) finish_run();
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

void Engine::commit_run(std::span<PendingCommand* const> run) {
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
  MutexLock readers(reading_mutex_);
  WriteLock lock(state_mutex_);
  auto companion = accepted.companions.begin();
  for (const auto& [pending, companions] : accepted.commands) {
    state_.apply(pending->command);
    for (std::size_t i = 0; i < companions; ++i) state_.apply(*companion++);
  }
  applied_ = store_->log().last();
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
  MutexLock readers(reading_mutex_);
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
    WriteLock lock(state_mutex_);
    image.emplace(image_of(state_));
    link = applied_;
  }
  auto written = write_state(*image, PageFilter::dirty, link, store_->pages());
  {
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
