#include "api/workspace.h"

#include "base/memory.h"
#include "evaluate/trial.h"

#include "engine/clock.h"

#include <fmt/format.h>

#include <cstdlib>

namespace wanamaker {
namespace {

// WANAMAKER_ISA forces one form of the sweep's kernels: for measuring, and for tests of each.
Result<const Kernels*> wanted_kernels() {
  const char* wanted = std::getenv("WANAMAKER_ISA");
  if (wanted == nullptr || *wanted == '\0') return &best_kernels();
  if (const Kernels* found = find_kernels(wanted)) return found;
  return fail({.code = ErrorCode::usage,
               .message = fmt::format("WANAMAKER_ISA is '{}', which this processor or this version does not have", wanted),
               .hint = fmt::format("set it to baseline or {}, or leave it unset", best_kernels().name)});
}

}  // namespace

Workspace::Workspace(std::unique_ptr<Engine> engine, const Kernels& kernels, Timestamp now)
    : own_engine_(std::move(engine)), own_sweeper_(std::make_unique<Sweeper>(kernels)), engine_(*own_engine_), sweeper_(*own_sweeper_), now_(now) {}

Workspace::Workspace(Engine& engine, Sweeper& sweeper, Questions& questions, Timestamp now)
    : engine_(engine), sweeper_(sweeper), reading_(engine.reading(), std::defer_lock), questions_(&questions), now_(now) {}

Result<SubmitOutcome> Workspace::submit(CommandBody body, Forgotten forgotten, const Companions& companions) {
  unheld();
  Command command{.accepted_at = now_, .body = std::move(body)};
  if (!note_ || std::holds_alternative<AdvanceTime>(command.body)) return engine_.submit(std::move(command), forgotten, companions);
  auto outcome = engine_.submit(std::move(command), forgotten, [&](const SubmitOutcome& done) {
    std::vector<CommandBody> beside = companions ? companions(done) : std::vector<CommandBody>();
    beside.emplace_back(*note_);
    return beside;
  });
  if (outcome) note_.reset();
  return outcome;
}

Result<std::unique_ptr<Workspace>> Workspace::open(const std::string& directory, Timestamp now, Store::Access access) {
  WM_TRY(const Kernels* kernels, wanted_kernels());
  WM_TRY(std::unique_ptr<Engine> engine, Engine::open(directory, {.access = access}));
  keep_freed_memory();  // not while the store is read: what grows then leaves holes
  return std::unique_ptr<Workspace>(new Workspace(std::move(engine), *kernels, now));
}

std::string Workspace::hold_clock() {
  const HeldClock::Reading reading = HeldClock(engine_.live().settled_at(), [this] { return now_; }, HeldClock::machine_steady()).read();
  now_ = reading.at;
  return to_text(reading);
}

namespace {

// What of a definition takes long, and what to do.
std::string way_out(const Definition& definition) {
  constexpr std::size_t kTextMost = 120;
  const TypedExpression* pairs = asked_of_pairs(definition.root);
  if (pairs == nullptr) return "ask of fewer events or contacts, such as with a window; or give questions more time: --question-seconds of wanamaker serve";
  const std::string text = pairs->text.size() <= kTextMost ? fmt::format("`{}`", pairs->text) : "one of its conditions";
  if (pairs->kind == ExpressionKind::sequence) return fmt::format("{} is asked of each pair of events: give it a window, or leave `previous.` out of its filter", text);
  return fmt::format("{} is asked of each pair of contacts of an account: leave `contact.` out of its filter, or compare with one number of all, such as `minimum of age for account contact`", text);
}

}  // namespace

Result<void> Workspace::check_wanted(const Definition& about) const {
  if (!asked_ || !asked_->sign().is_raised()) return {};
  Error error = asked_->why();
  if (error.code == ErrorCode::takes_too_long) error.hint = way_out(about);
  return fail(std::move(error));
}

// Without a server nobody raises one.
const StopSign& Workspace::sign_or_never() const {
  static constexpr StopSign kNever;
  return sign() != nullptr ? *sign() : kNever;
}

Result<SweepResult> Workspace::sweep(const Definition& definition, Timestamp at) {
  Sweeper& sweeper = this->sweeper();
  if (auto result = sweeper.sweep_until(sign_or_never(), definition, base(), zone(), at)) return *std::move(result);
  return fail(check_wanted(definition).error());
}

Result<RankingResults> Workspace::rank(const Definition& definition, Timestamp at, std::optional<ContactOrdinal> position_of) {
  Sweeper& sweeper = this->sweeper();
  if (auto result = sweeper.rank_until(sign_or_never(), definition, base(), zone(), at, position_of)) return *std::move(result);
  return fail(check_wanted(definition).error());
}

Result<Definition> Workspace::compile(std::string_view source, std::vector<SegmentParameter> parameters) {
  return wanamaker::compile(source, {.schema = base().schema, .catalog = base().catalog, .parameters = std::move(parameters)});
}

}  // namespace wanamaker
