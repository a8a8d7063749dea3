#include "api/maintenance.h"

#include "api/queries.h"
#include "api/segments.h"
#include "engine/forgotten.h"
#include "store/inspect.h"
#include "store/new_directory.h"
#include "store/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPausedByRestore = "restored from a backup: what came after it may have been sent already; activate it once that is looked into";

std::uint64_t bytes_in(const std::string& directory) {
  std::uint64_t bytes = 0;
  std::error_code fault;
  for (fs::recursive_directory_iterator entry(directory, fault), end; !fault && entry != end; entry.increment(fault)) {
    if (entry->is_regular_file(fault)) bytes += entry->file_size(fault);
  }
  return bytes;
}

// Sweep and probe share no operator; where they differ, one of them is wrong.
std::vector<std::string> segment_faults(Workspace& workspace) {
  std::vector<std::string> faults;
  for (const auto& [key, segment] : workspace.base().catalog.segments) {
    const auto expression = segment_expression(workspace, key);
    if (!expression) continue;
    const auto by_sweep = members(workspace, *expression, workspace.now());
    const auto by_probe = members_by_probe(workspace, *expression, workspace.now());
    if (by_sweep.has_value() != by_probe.has_value() || (by_sweep && by_sweep->ids != *by_probe)) {
      faults.push_back(fmt::format("segment '{}': sweep and probe disagree", key));
    }
  }
  return faults;
}

// Contacts that were erased after the backup was made: what the ledger has now and did not have then.
std::vector<std::string> to_erase_again(const Base& base, const Erasures& ledger, const std::set<Erasures::Entry>& forgotten_already) {
  std::vector<std::string> hashes;
  for (const Erasures::Entry& entry : ledger.entries())
    if (!forgotten_already.contains(entry)) hashes.push_back(entry.hash);
  return contacts_with(base, ledger, std::move(hashes));
}

Result<std::uint64_t> erase_again(Workspace& workspace, const std::vector<Erasures>& further) {
  WM_TRY(Erasures * ledger, workspace.engine().store().erasures());
  const std::set<Erasures::Entry> forgotten_already = ledger->entries();
  for (const Erasures& other : further) WM_CHECK_OK(ledger->merge(other));
  const std::vector<std::string> ids = to_erase_again(workspace.base(), *ledger, forgotten_already);
  for (const std::string& id : ids) WM_CHECK_OK(workspace.submit(EraseContact{.contact_id = id}));
  if (!ids.empty()) WM_CHECK_OK(workspace.engine().rewrite());
  return ids.size();
}

// What was let in or sent to when the backup was made need not be now: whoever was logged in may have been logged out since, and the changes
// behind the backup may have been sent. So sessions end, and webhooks wait until somebody has looked.
Result<std::uint64_t> end_connections(Workspace& workspace) {
  const Sessions sessions = workspace.engine().access().sessions;
  std::set<std::string> users;
  for (const auto& [id, session] : sessions) users.insert(session.user);
  for (const std::string& user : users) WM_CHECK_OK(workspace.submit(EndSessions{.user = user, .session = {}}));
  const Webhooks webhooks = workspace.engine().connections().webhooks;
  std::uint64_t paused = 0;
  for (const auto& [key, webhook] : webhooks) {
    if (webhook.state != WebhookState::active) continue;
    const WebhookPlace to{.cursor = webhook.place.cursor, .until = webhook.place.cursor};
    WM_CHECK_OK(workspace.submit(MoveWebhook{.key = key, .from = webhook.place, .to = to, .state = WebhookState::paused, .why = std::string(kPausedByRestore)}));
    ++paused;
  }
  return paused;
}

// One of the ledgers that must be there; gone or damaged, it would bring back whoever was erased since, unless a further one is named in its place.
Result<void> add_ledger(const std::string& path, const RestoreOptions& options, std::vector<Erasures>& ledgers) {
  auto ledger = Erasures::read(machine_files(), path);
  if (ledger) {
    ledgers.push_back(*std::move(ledger));
    return {};
  }
  if (!options.erasures.empty()) return {};
  if (ledger.error().code != ErrorCode::not_found) return fail(std::move(ledger).error());
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("the ledger of erasures {} is gone: who was erased since the backup would come back", path),
                    .hint = "name a copy of it with --erasures FILE, such as the one of the store or of another directory of backups",
                    .where = path});
}

// The ledgers beside the backup's own: that of the newest backup, one that is named, and that of the store to be replaced.
Result<std::vector<Erasures>> further_ledgers(const RestoreOptions& options) {
  std::vector<Erasures> ledgers;
  std::error_code fault;
  if (fs::exists(options.from + "/BACKUP", fault)) WM_CHECK_OK(add_ledger(options.from + "/ERASED", options, ledgers));
  if (!options.erasures.empty()) {
    WM_TRY(Erasures ledger, Erasures::read(machine_files(), options.erasures));
    ledgers.push_back(std::move(ledger));
  }
  if (options.replaces && (fs::exists(options.to + "/db", fault) || fs::exists(options.to + "/ERASED", fault))) WM_CHECK_OK(add_ledger(options.to + "/ERASED", options, ledgers));
  return ledgers;
}

// Kept members against the definition at the settled instant. What ranks is as of its last refresh, what is invalid of its last good instant.
std::vector<std::string> live_faults(Workspace& workspace) {
  std::vector<std::string> faults;
  const Live& live = workspace.engine().live();
  const Base& base = workspace.base();
  for (const LiveSegment& segment : live.segments()) {
    const auto saved = base.catalog.segments.find(segment.key);
    if (segment.is_deleted || segment.invalid_since || saved == base.catalog.segments.end()) continue;
    const auto definition = compile_saved(segment.key, base.schema, base.catalog);
    if (!definition || definition->ranks()) continue;
    const SweepResult decided = workspace.sweeper().sweep(*definition, base, workspace.zone(), live.settled_at());
    for (std::size_t i = 0; i < decided.members.size(); ++i) {
      if (decided.members[i] == segment.members.word(i)) continue;
      faults.push_back(fmt::format("segment '{}': kept members are not those of its definition", segment.key));
      break;
    }
  }
  return faults;
}

}  // namespace

Result<Json> stats_json(Workspace& workspace) {
  const Base& base = workspace.base();
  Store& store = workspace.engine().store();
  std::uint64_t events = 0;
  for (const EventTable& table : base.events) events += table.live_rows();
  std::uint64_t records = 0;
  for (const RecordTable& table : base.records) records += table.live_rows();
  std::uint64_t page_bytes = 0;
  for (const auto& [name, entry] : store.pages().catalog().entries) page_bytes += entry.size;
  Json stats = Json::object();
  stats.set("contacts", std::uint64_t{base.contacts()}).set("accounts", std::uint64_t{base.accounts()}).set("events", events);
  stats.set("records", records).set("segments", std::uint64_t{base.catalog.segments.size()});
  const Live& live = workspace.engine().live();
  stats.set("changes", live.feed().last()).set("settled_at", live.settled_at() == kTimestampMin ? Json() : Json(to_string(live.settled_at())));
  stats.set("lists", std::uint64_t{base.catalog.lists.size()}).set("zone", workspace.zone().name()).set("instructions", workspace.sweeper().kernels().name);
  stats.set("last_command", store.log().last().sequence).set("checkpoint", store.pages().catalog().link.sequence);
  stats.set("log_tail_bytes", store.log().tail_bytes()).set("pages", std::uint64_t{store.pages().catalog().entries.size()});
  stats.set("page_bytes", page_bytes).set("disk_bytes", bytes_in(store.path()));
  if (const auto why = workspace.engine().refuses_writes()) stats.set("refuses_writes", why->message);
  return stats;
}

std::string stats_text(const Json& stats) {
  std::string text;
  for (const auto& [name, value] : *stats.as_object()) {
    std::string spoken = name;
    std::ranges::replace(spoken, '_', ' ');
    text += fmt::format("{:<16} {}\n", spoken, value.as_string() != nullptr ? *value.as_string() : value.dump());
  }
  return text;
}

bool VerifyReport::holds() const {
  return std::ranges::all_of(checks, [](const Check& check) { return check.faults.empty(); });
}

Json VerifyReport::to_json() const {
  Json list = Json::array();
  for (const Check& check : checks) {
    Json faults = Json::array();
    for (const std::string& fault : check.faults) faults.push(fault);
    list.push(Json::object().set("check", check.what).set("faults", std::move(faults)));
  }
  return Json::object().set("holds", holds()).set("state", fmt::format("{:016x}", state_hash)).set("checks", std::move(list));
}

std::string VerifyReport::to_text() const {
  std::string text;
  for (const Check& check : checks) {
    text += fmt::format("{}  {}\n", check.faults.empty() ? "ok  " : "FAIL", check.what);
    for (const std::string& fault : check.faults) text += fmt::format("      {}\n", fault);
  }
  return text + fmt::format("state {:016x}\n", state_hash);
}

Result<VerifyReport> verify_store(const std::string& directory, Timestamp now) {
  WM_TRY(const std::unique_ptr<Workspace> workspace, Workspace::open(directory, now, Store::Access::read_only));
  Engine& engine = workspace->engine();
  VerifyReport report;
  const auto check = [&](std::string what, std::vector<std::string> faults) {
    report.checks.push_back({.what = std::move(what), .faults = std::move(faults)});
  };
  const PageCatalog& pages = engine.store().pages().catalog();
  const std::uint64_t last = engine.store().log().last().sequence;
  std::vector<std::string> files;
  if (const auto good = verify_files(engine.store()); !good) files.push_back(good.error().message);
  if (engine.store().has_ledger()) {
    if (const auto ledger = engine.store().erasures(); !ledger) files.push_back(ledger.error().message);
    if (const auto marks = Mark::check(engine.store().path()); !marks) files.push_back(marks.error().message);
  }
  check("files: every checksum of pages and log, the mark and the ledger of erasures", std::move(files));
  check(fmt::format("pages: {} pages up to command {}, checksums and contents", pages.entries.size(), pages.link.sequence), {});
  check(fmt::format("log: {} commands after it, chained, up to {}", last - pages.link.sequence, last), {});
  std::vector<std::string> rules;
  if (auto broken = workspace->base().broken_invariant()) rules.push_back(*std::move(broken));
  check(fmt::format("base: every rule, {} contacts", workspace->base().contacts()), std::move(rules));
  check(fmt::format("segments: {} saved, decided by sweep and by probe", workspace->base().catalog.segments.size()),
        segment_faults(*workspace));
  check(fmt::format("live: {} changes, members as the sweep decides at {}", engine.live().feed().last(), to_string(engine.live().settled_at())), live_faults(*workspace));
  engine.collect();  // so that texts nobody uses any more make no difference
  report.state_hash = engine.state_hash();
  return report;
}

Result<RestoreReport> restore_store(const RestoreOptions& options, Timestamp now) {
  WM_CHECK_OK(check_replaceable(options.to));
  WM_CHECK_OK(check_apart(options.to, options.from));
  NewDirectory fresh(options.to);
  const bool replaces = !fresh.is_place_free();
  if (replaces && !options.replaces) {
    return fail(Error{.code = ErrorCode::not_allowed,
                      .message = fmt::format("{} is not empty; a backup is restored into a new directory", fresh.place()),
                      .hint = "name another with --data, or move what is there aside with --replace",
                      .where = fresh.place()});
  }
  std::optional<StoreDirectory> held;  // so that nobody writes what is moved aside
  if (replaces) {
    WM_TRY(StoreDirectory directory, StoreDirectory::hold(fresh.place()));
    held.emplace(std::move(directory));
  }
  WM_TRY(const std::vector<Erasures> ledgers, further_ledgers(options));
  RestoreReport report;
  WM_CHECK_OK(fresh.begin());
  WM_TRY(report.backup, restore_files(options.from, fresh.path(), options.number));
  {
    WM_TRY(const std::unique_ptr<Workspace> workspace, Workspace::open(fresh.path(), now));
    if (auto broken = workspace->base().broken_invariant()) {
      return fail(ErrorCode::failure, fmt::format("backup {} breaks a rule: {}", report.backup.number, *broken), "take another backup");
    }
    WM_TRY(report.erased_again, erase_again(*workspace, ledgers));
    WM_TRY(report.webhooks_paused, end_connections(*workspace));
    report.contacts = workspace->base().contacts();
  }
  if (replaces) {
    WM_TRY(report.moved_aside, fresh.replace());
  } else {
    WM_CHECK_OK(fresh.put_in_place());
  }
  return report;
}

}  // namespace wanamaker
