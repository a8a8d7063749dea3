#pragma once
// The engine: the only writer. A command is validated, made durable in the log, applied, and then readable, in that order.
// Apply is pure: it reads no clock, does no I/O and cannot fail, so that replay gives the same base. Single-threaded.

#include "base/result.h"
#include "calendar/zone.h"
#include "columns/base.h"
#include "model/commands.h"
#include "store/options.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class Log;

// A row of an import batch that was not accepted; the others were.
struct RejectedRow {
  std::uint64_t row_index = 0;
  std::string code;
  std::string reason;
};

struct SubmitOutcome {
  std::uint64_t applied = 0;     // rows of an import batch
  std::uint64_t duplicates = 0;  // events that were there already, by message id
  std::vector<RejectedRow> rejects;
};

struct EngineOptions {
  StoreOptions store = {};
};

class Engine {
 public:
  // Opens or makes the store in the directory and replays its log.
  // Errors: those of the log (damage, a newer version, a store that is held by another process).
  static Result<std::unique_ptr<Engine>> open(const std::string& directory, const EngineOptions& options = {});
  ~Engine();

  // Durable and applied when it returns. Errors: invalid, not_found, conflict (nothing is changed), failure (the disk).
  Result<SubmitOutcome> submit(Command command);

  // Ready to be read: orders and indexes made.
  const Base& base();
  // As it is, for schema and ids while an import runs: strips of events are not in order.
  const Base& unsettled() const { return base_; }
  const Zone& zone() const { return zone_; }
  std::vector<ImportMark> marks(std::string_view import_key) const;

 private:
  explicit Engine(std::unique_ptr<Log> log);
  void apply(Command command);

  std::unique_ptr<Log> log_;
  Base base_;
  Zone zone_ = Zone::utc();
  std::vector<ImportMark> marks_;
};

}  // namespace wanamaker
