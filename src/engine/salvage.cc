#include "engine/salvage.h"

#include "engine/forgotten.h"
#include "engine/state.h"
#include "store/inspect.h"
#include "store/new_directory.h"
#include "store/paths.h"
#include "store/remains.h"
#include "store/store.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

Result<void> check_place(const NewDirectory& fresh) {
  if (fresh.is_place_free()) return {};
  return fail(Error{.code = ErrorCode::not_allowed, .message = fmt::format("{} is not empty", fresh.place()), .hint = "name a new directory for what can be read", .where = fresh.place()});
}

// What the ledger says was erased by commands that cannot be read. Who came back after such a command goes too: that cannot be told.
// Entries beyond what was ever acknowledged here are of the time before a restore, which has applied them.
std::uint64_t erase_again(EngineState& state, const Erasures& ledger, std::uint64_t last_command, std::optional<std::uint64_t> acknowledged) {
  std::vector<std::string> hashes;
  for (const Erasures::Entry& entry : ledger.entries())
    if (entry.sequence > last_command && entry.sequence <= acknowledged.value_or(UINT64_MAX)) hashes.push_back(entry.hash);
  const std::vector<std::string> ids = contacts_with(state.base, ledger, std::move(hashes));
  for (const std::string& id : ids) {
    state.base.settle();
    state.apply({.accepted_at = state.live.settled_at(), .body = EraseContact{.contact_id = id}});
  }
  state.base.settle();
  if (!ids.empty()) state.base.collect();
  return ids.size();
}

}  // namespace

Result<SalvageReport> salvage(const std::string& from, const std::string& to) {
  WM_CHECK_OK(check_replaceable(to));
  WM_CHECK_OK(check_apart(from, to));
  NewDirectory fresh(to);
  WM_CHECK_OK(check_place(fresh));
  WM_TRY(const std::unique_ptr<Remains> remains, Remains::open(from));
  WM_TRY(EngineState state, load_state(remains->pages()));
  const Remains::End end = remains->replay([&](Command&& command) { state.apply(command); });
  SalvageReport report{.last_command = end.last_command, .stopped_by = end.fault};
  if (const auto mark = Mark::read(machine_files(), from)) report.acknowledged = mark->sequence;
  const auto ledger = Erasures::read(machine_files(), from + "/ERASED");
  report.has_ledger = ledger.has_value();
  if (ledger) report.erased_again = erase_again(state, *ledger, end.last_command, report.acknowledged);
  report.contacts = state.base.contacts();
  WM_CHECK_OK(fresh.begin());
  {
    WM_TRY(const std::unique_ptr<Store> store, Store::open(fresh.path()));
    // A chain of its own begins behind these pages; the mark of an empty log is older than they are, which a start allows.
    WM_CHECK_OK(write_state(image_of(state), PageFilter::all, {.sequence = end.last_command + report.erased_again}, store->pages()));
  }
  // With the key of the old store, so that its backups go on forgetting.
  if (ledger) WM_CHECK_OK(ledger->copy_to(fresh.path() + "/ERASED"));
  WM_CHECK_OK(fresh.put_in_place());
  return report;
}

}  // namespace wanamaker
