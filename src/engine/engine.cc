#include "engine/engine.h"

#include "base/check.h"
#include "engine/apply/apply.h"
#include "engine/validate.h"
#include "store/store.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>

namespace wanamaker {
namespace {

struct Applier {
  Base& base;
  Timestamp at;
  void operator()(const ImportBatch& command) const { apply_import(base, command, at); }
  void operator()(const DeclareEvent& command) const { apply_schema(base, command); }
  void operator()(const DeclareRecordType& command) const { apply_schema(base, command); }
  void operator()(const DeclareAttribute& command) const { apply_schema(base, command, at); }
  void operator()(const AlterAttribute& command) const { apply_schema(base, command, at); }
  void operator()(const SetZone& command) const { base.schema.zone = command.zone; }
  void operator()(const PutSet& command) const { apply_catalog(base, command); }
  void operator()(const PutSegment& command) const { apply_catalog(base, command, at); }
  void operator()(const DeleteSegment& command) const { apply_catalog(base, command); }
  void operator()(const PutList& command) const { apply_catalog(base, command, at); }
  void operator()(const AddToList& command) const { apply_catalog(base, command, at); }
  void operator()(const RemoveFromList& command) const { apply_catalog(base, command); }
  void operator()(const MergeContacts& command) const { apply_identity(base, command); }
  void operator()(const EraseContact& command) const { apply_identity(base, command); }
};

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

Engine::Engine(std::unique_ptr<Store> store)
    : store_(std::move(store)), queue_([this](std::span<PendingCommand* const> group) { commit(group); }) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(const std::string& directory, const EngineOptions& options) {
  WM_TRY(std::unique_ptr<Store> store, Store::open(directory, options.store));
  std::unique_ptr<Engine> engine(new Engine(std::move(store)));
  WM_CHECK_OK(engine->store_->log().replay([&](Command&& command) -> Result<void> {
    engine->apply(std::move(command));
    return {};
  }));
  WM_TRY(engine->zone_, Zone::find(engine->base_.schema.zone));
  return engine;
}

Result<SubmitOutcome> Engine::submit(Command command) {
  PendingCommand pending{.command = std::move(command)};
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
    const bool joins = only_adds_data(pending->command, base_) && seen.add(pending->command);
    if (!joins && !run.empty()) finish_run();
    run.push_back(pending);
    if (!joins) finish_run();
  }
  if (!run.empty()) finish_run();
}

void Engine::commit_run(std::span<PendingCommand* const> run) {
  std::vector<EncodedCommand> encoded;
  std::vector<PendingCommand*> accepted;
  for (PendingCommand* pending : run) {
    auto outcome = validate(pending->command, base_);
    if (outcome) {
      if (auto command = encode_command(pending->command)) {
        encoded.push_back(*std::move(command));
        accepted.push_back(pending);
      } else {
        outcome = fail(std::move(command).error());
      }
    }
    pending->outcome = std::move(outcome);
  }
  if (accepted.empty()) return;
  if (const auto written = store_->log().append(encoded); !written) {
    for (PendingCommand* pending : accepted) pending->outcome = fail(written.error());
    return;
  }
  WriteLock lock(state_mutex_);
  for (PendingCommand* pending : accepted) apply(std::move(pending->command));
}

void Engine::apply(Command command) {
  if (const auto* batch = std::get_if<ImportBatch>(&command.body); batch != nullptr && batch->mark) {
    const ImportMark& mark = *batch->mark;
    std::erase_if(marks_, [&](const ImportMark& old) { return old.import_key == mark.import_key && !mark.previous_hash.empty() && old.prefix_hash == mark.previous_hash; });
    marks_.push_back(mark);
  }
  std::visit(Applier{base_, command.accepted_at}, command.body);
  if (!std::holds_alternative<SetZone>(command.body)) return;
  auto zone = Zone::find(base_.schema.zone);
  CHECK(zone.has_value(), "a zone in the log was validated");
  zone_ = std::move(*zone);
}

const Base& Engine::base() {
  WriteLock lock(state_mutex_);
  base_.settle();
  return base_;
}

std::vector<ImportMark> Engine::marks(std::string_view import_key) const {
  std::vector<ImportMark> found;
  std::ranges::copy_if(marks_, std::back_inserter(found), [&](const ImportMark& mark) { return mark.import_key == import_key; });
  return found;
}

}  // namespace wanamaker
