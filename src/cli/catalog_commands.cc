#include "api/contacts.h"
#include "api/import_jobs.h"
#include "api/keys.h"
#include "api/lists.h"
#include "api/schema.h"
#include "api/segments.h"
#include "cli/beside.h"
#include "cli/commands.h"
#include "demo/demo.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

void say(CommandContext& context, const std::string& text, Json json = Json::object()) {
  if (context.arguments.json) context.streams.out << json.set("done", text).dump() << '\n';
  else context.streams.out << text << '\n';
}

Result<int> run_list_import(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  WM_TRY(const ListImportReport report, import_list(context.workspace, {.key = arguments.key, .options = arguments.import, .author = {.by = arguments.by, .note = arguments.note}}));
  for (const auto& rejected : report.rejected) context.streams.err << fmt::format("{}:{}: error: {}\n", arguments.import.file, rejected.line, rejected.reason);
  if (arguments.json) context.streams.out << report.to_json(arguments.key).dump() << '\n';
  else context.streams.out << fmt::format("list '{}' has {} contacts: {} rows read, {} added, {} rejected\n", arguments.key, report.size, report.rows, report.added, report.rejected_count);
  return report.rejected_count > 0 ? kExitIncomplete : 0;
}

Result<int> run_list(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  Workspace& workspace = context.workspace;
  if (arguments.command == "list put") {
    WM_CHECK_OK(workspace.submit(PutList{.key = arguments.key}));
    say(context, fmt::format("list '{}'", arguments.key));
    return 0;
  }
  if (arguments.command == "list add") {
    WM_CHECK_OK(workspace.submit(AddToList{.key = arguments.key, .contact_ids = arguments.values, .by = arguments.by, .note = arguments.note}));
    say(context, fmt::format("list '{}' has {} contacts", arguments.key, workspace.base().catalog.lists.at(arguments.key).entries.size()));
    return 0;
  }
  if (arguments.command == "list remove") {
    WM_CHECK_OK(workspace.submit(RemoveFromList{.key = arguments.key, .contact_ids = arguments.values}));
    say(context, fmt::format("list '{}' has {} contacts", arguments.key, workspace.base().catalog.lists.at(arguments.key).entries.size()));
    return 0;
  }
  if (arguments.command == "list lock" || arguments.command == "list unlock") {
    const ListLock what = arguments.command == "list lock" ? ListLock::locked : ListLock::unlocked;
    WM_CHECK_OK(workspace.submit(LockList{.key = arguments.key, .what = what, .by = arguments.by, .note = arguments.note}));
    say(context, fmt::format("list '{}' is {}", arguments.key, what == ListLock::locked ? "locked" : "open"));
    return 0;
  }
  if (arguments.command == "list delete") {
    WM_CHECK_OK(workspace.submit(DeleteList{.key = arguments.key}));
    say(context, fmt::format("list '{}' deleted; its contacts stay", arguments.key));
    return 0;
  }
  if (arguments.command == "list import") return run_list_import(context);
  if (arguments.command == "list list") {
    const Json lists = lists_json(workspace);
    context.streams.out << (arguments.json ? lists.dump() + "\n" : lists_text(lists));
    return 0;
  }
  WM_TRY(const Json list, list_json(workspace, arguments.key));
  context.streams.out << (arguments.json ? list.dump() + "\n" : arguments.csv ? list_csv(list) : list_text(list));
  return 0;
}

Result<int> run_schema(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.command == "schema declare event") {
    WM_CHECK_OK(context.workspace.submit(DeclareEvent{.name = arguments.name}));
    say(context, fmt::format("event '{}' is known", arguments.name));
    return 0;
  }
  if (arguments.command == "schema declare record") {
    WM_CHECK_OK(context.workspace.submit(DeclareRecordType{.name = arguments.name}));
    say(context, fmt::format("record type '{}' is known", arguments.name));
    return 0;
  }
  if (arguments.command == "schema track" || arguments.command == "schema untrack") {
    const Tracking what = arguments.command == "schema track" ? Tracking::allowed : Tracking::refused;
    WM_CHECK_OK(context.workspace.submit(TrackAttribute{.name = arguments.name, .what = what, .by = arguments.by}));
    say(context, fmt::format("write keys may {}set '{}'", what == Tracking::allowed ? "" : "no longer ", arguments.name));
    return 0;
  }
  if (arguments.command == "schema set") {
    const auto type = value_type_from(arguments.type);
    if (!type) return fail(ErrorCode::usage, fmt::format("--type {}: there is no such type", arguments.type), "the types are text, number, boolean, date, timestamp, set and location");
    const ConversionMode mode = arguments.dry_run ? ConversionMode::dry_run : arguments.drop ? ConversionMode::drop_the_rest : ConversionMode::refuse_loss;
    WM_TRY(const SchemaChange change, set_attribute(context.workspace, arguments.name, *type, arguments.history ? History::kept : History::none, mode));
    context.streams.out << (arguments.json ? change.to_json().dump() + "\n" : change.to_text());
    return 0;
  }
  context.streams.out << (arguments.json ? schema_json(context.workspace).dump() + "\n" : schema_text(context.workspace));
  return 0;
}

Result<int> run_contact(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.command == "contact merge") {
    WM_CHECK_OK(context.workspace.submit(MergeContacts{.from_id = arguments.contact, .into_id = arguments.into}));
    say(context, fmt::format("'{}' is '{}' from now on", arguments.contact, arguments.into));
    return 0;
  }
  if (arguments.command == "contact erase") {
    const bool at_once = arguments.erase_now && arguments.erase_now->empty();
    auto erased = context.workspace.submit(EraseContact{.contact_id = arguments.contact});
    if (!erased && at_once && erased.error().code == ErrorCode::not_found) {
      // An erasure that was cut short, or made without --now, is finished.
      WM_TRY(const Erasures* ledger, context.workspace.unheld().store().erasures());
      if (ledger->contains(arguments.contact)) erased = SubmitOutcome{};
    }
    if (!erased) return fail(std::move(erased).error());
    if (context.beside != nullptr) context.beside->service.forget_erased();
    else ImportJobs::forget_leftovers(context.workspace.engine().store().path());  // somewhere in them there may be a row of theirs
    if (!at_once) {
      say(context, "erased from every read; its bytes go with the next: wanamaker checkpoint --compact");
      return 0;
    }
    if (const auto rewritten = context.workspace.unheld().rewrite(); !rewritten) {
      Error error = rewritten.error();
      error.message = "erased from every read, but not yet from every byte of the store: " + error.message;
      error.hint += "; then give the same command again";
      return fail(std::move(error));
    }
    say(context, "erased from every read and from every byte of the store; backups that were made before forget it when they are restored");
    return 0;
  }
  WM_TRY(const Json contact, contact_json(context.workspace, arguments.contact));
  context.streams.out << (arguments.json ? contact.dump() + "\n" : contact_text(contact));
  return 0;
}

Result<int> run_key(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.command == "key add") {
    WM_TRY(const AddedKey added, add_key(context.workspace, {.role = *key_role_from(arguments.role), .name = arguments.name, .by = arguments.by}));
    if (!arguments.json) context.streams.err << "this is the only time that the key is shown; its id is " << added.id << '\n';
    context.streams.out << (arguments.json ? Json::object().set("id", added.id).set("role", arguments.role).set("name", arguments.name).set("key", added.key).dump() : added.key) << '\n';
    return 0;
  }
  if (arguments.command == "key revoke") {
    WM_CHECK_OK(context.workspace.submit(RevokeKey{.id = arguments.key, .by = arguments.by}));
    say(context, fmt::format("key '{}' is revoked", arguments.key));
    return 0;
  }
  const Json keys = keys_json(context.workspace.base().catalog);
  context.streams.out << (arguments.json ? keys.dump() + "\n" : keys_text(keys));
  return 0;
}

Result<int> run_demo(CommandContext& context) {
  Workspace& workspace = context.workspace;
  if (workspace.base().ordinals() > 0) return fail(ErrorCode::conflict, "the data directory is not empty: the demo base wants one of its own", "give another with --data");
  WM_CHECK_OK(make_demo({.now = workspace.now()}, [&](CommandBody body) -> Result<void> {
    WM_CHECK_OK(workspace.submit(std::move(body)));
    return {};
  }));
  std::uint64_t events = 0;
  for (const EventTable& table : workspace.base().events) events += table.live_rows();
  const std::uint64_t segments = workspace.base().catalog.segments.size();
  say(context, fmt::format("demo base: {} contacts, {} events, {} segments", workspace.base().contacts(), events, segments),
      Json::object().set("contacts", std::uint64_t{workspace.base().contacts()}).set("events", events).set("segments", segments));
  return 0;
}

}  // namespace

Result<int> run_catalog(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const std::string family = arguments.command.substr(0, arguments.command.find(' '));
  if (family == "list") return run_list(context);
  if (family == "schema") return run_schema(context);
  if (family == "contact") return run_contact(context);
  if (family == "key") return run_key(context);
  if (family == "demo") return run_demo(context);
  if (family == "set") {
    WM_CHECK_OK(context.workspace.submit(PutSet{.key = arguments.key, .values = arguments.values}));
    say(context, fmt::format("value set '{}' has {} values", arguments.key, context.workspace.base().catalog.sets.at(arguments.key).values.size()));
    return 0;
  }
  WM_CHECK_OK(context.workspace.submit(SetZone{.zone = arguments.name}));
  say(context, fmt::format("the zone is {}", arguments.name));
  return 0;
}

}  // namespace wanamaker
