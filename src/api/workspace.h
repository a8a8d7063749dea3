#pragma once
// The API as plain functions over an open workspace: one file a resource, no sockets, no printing. The command line and, later,
// the server call the same functions. A Workspace is single-threaded.

#include "base/json.h"
#include "base/result.h"
#include "engine/engine.h"
#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <memory>
#include <string>

namespace wanamaker {

class Workspace {
 public:
  // Errors: those of Engine::open; usage, when WANAMAKER_ISA names instructions that are not there.
  // `now` is the instant that commands are accepted at and that definitions look from where nothing else is said.
  static Result<std::unique_ptr<Workspace>> open(const std::string& directory, Timestamp now,
                                                 Store::Access access = Store::Access::read_and_write);

  Engine& engine() { return *engine_; }
  const Base& base() { return engine_->base(); }
  const Zone& zone() const { return engine_->zone(); }
  Sweeper& sweeper() { return sweeper_; }
  Timestamp now() const { return now_; }
  void set_now(Timestamp now) { now_ = now; }
  // A clock that stepped back is held at the instant up to which the store has run already. What people are told then; empty where it runs.
  // A jump ahead cannot be told from time in which no process ran: for a process that runs on there is engine/clock.h.
  std::string hold_clock();

  Result<SubmitOutcome> submit(CommandBody body) { return engine_->submit({.accepted_at = now_, .body = std::move(body)}); }
  // Text or JSON of a definition, checked against what is there.
  Result<Definition> compile(std::string_view source, std::vector<SegmentParameter> parameters = {});

 private:
  Workspace(std::unique_ptr<Engine> engine, const Kernels& kernels, Timestamp now) : engine_(std::move(engine)), sweeper_(kernels), now_(now) {}
  std::unique_ptr<Engine> engine_;
  Sweeper sweeper_;
  Timestamp now_;
};

}  // namespace wanamaker
