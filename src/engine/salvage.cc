#include "engine/salvage.h"

#include "engine/state.h"
#include "store/inspect.h"
#include "store/new_directory.h"
#include "store/remains.h"
#include "store/store.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

// With the key of the old store, so that its backups go on forgetting. False where there is none that can be read.
Result<bool> copy_ledger(const std::string& from, const std::string& to) {
  const auto ledger = Erasures::read(machine_files(), from + "/ERASED");
  if (!ledger) return false;
  WM_CHECK_OK(ledger->copy_to(to + "/ERASED"));
  return true;
}

}  // namespace

Result<SalvageReport> salvage(const std::string& from, const std::string& to) {
  NewDirectory fresh(to);
  if (!fresh.is_place_free()) {
    return fail(Error{.code = ErrorCode::not_allowed, .message = fmt::format("{} is not empty", fresh.place()), .hint = "name a new directory for what can be read", .where = fresh.place()});
  }
  WM_TRY(const std::unique_ptr<Remains> remains, Remains::open(from));
  WM_TRY(EngineState state, load_state(remains->pages()));
  const Remains::End end = remains->replay([&](Command&& command) { state.apply(command); });
  SalvageReport report{.last_command = end.last_command, .stopped_by = end.fault, .contacts = state.base.contacts()};
  if (const auto mark = Mark::read(machine_files(), from)) report.acknowledged = mark->sequence;
  {
    WM_TRY(const std::unique_ptr<Store> store, Store::open(fresh.path()));
    // A chain of its own begins behind these pages; the mark of an empty log is older than they are, which a start allows.
    WM_CHECK_OK(write_state(image_of(state), PageFilter::all, {.sequence = end.last_command}, store->pages()));
  }
  WM_TRY(report.has_ledger, copy_ledger(from, fresh.path()));
  WM_CHECK_OK(fresh.put_in_place());
  return report;
}

}  // namespace wanamaker
