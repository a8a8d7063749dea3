#include "engine/engine.h"

#include "base/check.h"
#include "engine/apply/apply.h"
#include "engine/validate.h"
#include "store/log.h"

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

}  // namespace

Engine::Engine(std::unique_ptr<Log> log) : log_(std::move(log)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(const std::string& directory, const EngineOptions& options) {
  WM_TRY(std::unique_ptr<Log> log, Log::open(directory, options.store));
  std::unique_ptr<Engine> engine(new Engine(std::move(log)));
  WM_CHECK_OK(engine->log_->replay([&](Command&& command) -> Result<void> {
    engine->apply(std::move(command));
    return {};
  }));
  WM_TRY(engine->zone_, Zone::find(engine->base_.schema.zone));
  return engine;
}

Result<SubmitOutcome> Engine::submit(Command command) {
  WM_TRY(SubmitOutcome outcome, validate(command, base_));
  WM_CHECK_OK(log_->append(command));
  const bool zone_changes = std::holds_alternative<SetZone>(command.body);
  apply(std::move(command));
  if (zone_changes) {
    auto zone = Zone::find(base_.schema.zone);
    CHECK(zone.has_value(), "a zone in the log was validated");
    zone_ = std::move(*zone);
  }
  return outcome;
}

void Engine::apply(Command command) {
  if (const auto* batch = std::get_if<ImportBatch>(&command.body); batch != nullptr && batch->mark) {
    const ImportMark& mark = *batch->mark;
    std::erase_if(marks_, [&](const ImportMark& old) { return old.import_key == mark.import_key && !mark.previous_hash.empty() && old.prefix_hash == mark.previous_hash; });
    marks_.push_back(mark);
  }
  std::visit(Applier{base_, command.accepted_at}, command.body);
}

const Base& Engine::base() {
  base_.settle();
  return base_;
}

std::vector<ImportMark> Engine::marks(std::string_view import_key) const {
  std::vector<ImportMark> found;
  std::ranges::copy_if(marks_, std::back_inserter(found), [&](const ImportMark& mark) { return mark.import_key == import_key; });
  return found;
}

}  // namespace wanamaker
