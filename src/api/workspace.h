#pragma once
// The API as plain functions over an open workspace: one file a resource, no sockets, no printing. The command line and the server call
// the same functions. A Workspace is single-threaded; several may stand over one engine, each in a thread of its own: such a one holds
// the engine's reading() from the first look into it on, until submit(), and from the next look on again: who does not look does not wait for
// those who do. What was read before submit() is to be read again after it.

#include "api/questions.h"
#include "base/json.h"
#include "base/mutex.h"
#include "base/result.h"
#include "engine/engine.h"
#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace wanamaker {

class Workspace {
 public:
  // Errors: those of Engine::open; usage, when WANAMAKER_ISA names instructions that are not there.
  // `now` is the instant that commands are accepted at and that definitions look from where nothing else is said.
  static Result<std::unique_ptr<Workspace>> open(const std::string& directory, Timestamp now,
                                                 Store::Access access = Store::Access::read_and_write);
  // One beside others over an engine, which outlives it; nothing is held yet. Sweeps of one `sweeper` are never at the same time: reading() is held.
  // Whenever it is held, that is a question.
  Workspace(Engine& engine, Sweeper& sweeper, Questions& questions, Timestamp now);
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // Each of these is a look.
  Engine& engine() {
    hold();
    return engine_;
  }
  const Base& base() { return engine().base(); }
  const Zone& zone() { return engine().zone(); }
  Sweeper& sweeper() {
    hold();
    return sweeper_;
  }
  // As Sweeper does, for as long as a question may take. Errors: those of check_wanted().
  Result<SweepResult> sweep(const Definition& definition, Timestamp at);
  Result<RankingResults> rank(const Definition& definition, Timestamp at, std::optional<ContactOrdinal> position_of = std::nullopt);
  // What else looks at contacts for as long; whoever made it asks check_wanted() before he says what came of it.
  Environment environment(Timestamp at, const RankingResults* rankings = nullptr) {
    return {base(), zone(), at, rankings, sign()};
  }
  // Whether what is asked goes on. Errors: takes_too_long, interrupted; the hint says what of the definition takes long. Cost: a look at a sign.
  Result<void> check_wanted(const Definition& about) const;
  // From now on each question is his: it takes its turn with those of others, and is over when he does not wait for its answer any more.
  void set_asker(Questions::Asker asker) { asker_ = std::move(asker); }

  Timestamp now() const { return now_; }
  void set_now(Timestamp now) { now_ = now; }
  // A clock that stepped back is held at the instant up to which the store has run already. What people are told then; empty where it runs.
  // A jump ahead cannot be told from time in which no process ran: for a process that runs on there is engine/clock.h.
  std::string hold_clock();

  // Lets go of what was looked at, for what takes long, or takes reading() by itself, and looks at nothing.
  Engine& unheld() {
    asked_.reset();
    if (reading_.owns_lock()) reading_.unlock();
    return engine_;
  }
  // Goes into the log beside the next change that somebody makes.
  void note_with_next(NoteAudit note) { note_ = std::move(note); }
  bool has_note() const { return note_.has_value(); }

  Result<SubmitOutcome> submit(CommandBody body, Forgotten forgotten = Forgotten::are_taken, const Companions& companions = {});
  // Text or JSON of a definition, checked against what is there.
  Result<Definition> compile(std::string_view source, std::vector<SegmentParameter> parameters = {});

 private:
  Workspace(std::unique_ptr<Engine> engine, const Kernels& kernels, Timestamp now);
  void hold() {
    if (reading_.mutex() == nullptr || reading_.owns_lock()) return;
    reading_.mutex()->lock(asker_.whose);
    reading_ = std::unique_lock(*reading_.mutex(), std::adopt_lock);
    asked_.emplace(*questions_, asker_.is_gone);
  }
  const StopSign& sign_or_never() const;
  const StopSign* sign() const { return asked_ ? &asked_->sign() : nullptr; }

  std::unique_ptr<Engine> own_engine_;  // nothing where it stands over another's
  std::unique_ptr<Sweeper> own_sweeper_;
  Engine& engine_;
  Sweeper& sweeper_;
  std::unique_lock<ReadingGate> reading_;       // of nothing where it stands alone
  Questions* questions_ = nullptr;              // likewise
  Questions::Asker asker_;
  std::optional<Questions::Asked> asked_;       // while it is held
  Timestamp now_;
  std::optional<NoteAudit> note_;
};

}  // namespace wanamaker
