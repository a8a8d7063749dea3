#include "cli/arguments.h"

#include "language/diagnostic.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace wanamaker {
namespace {


// An option with an empty value is a variable that is not set.
std::string is_given(const std::string& text) { return text.empty() ? "the value is empty" : std::string(); }

struct ImportTexts {
  std::vector<std::string> types;
  std::vector<std::string> derive;
};

void add_file_options(CLI::App& app, Arguments& to, ImportTexts& texts) {
  ImportOptions& options = to.import;
  app.add_option("FILE", options.file, "CSV or NDJSON, also .gz")->required();
  app.add_option("--type", texts.types, "NAME=TYPE of a column: text number boolean date timestamp set location")->allow_extra_args(false);
  app.add_option("--zone", options.zone, "zone of local times in the file");
  app.add_option("--date-format", options.date_format, "such as %d.%m.%Y");
  app.add_option("--delimiter", options.delimiter, "one character, tab or blanks");
  app.add_option("--decimal", options.decimal, "comma or point");
  app.add_option("--encoding", options.encoding, "utf-8, utf-16le, utf-16be, windows-1250, windows-1251 or iso-8859-2");
  app.add_flag("--no-header", options.no_header, "the first line is data already");
  app.add_option("--columns", options.columns, "names for a file without a header")->delimiter(',')->allow_extra_args(false);
  app.add_option("--set-separator", options.set_separator, "between the texts of a set; default |");
  app.add_option("--derive", texts.derive, "NAME=EXPRESSION of a further column")->allow_extra_args(false);
  app.add_option("--where", options.where, "take only the rows for which this holds");
  app.add_option("--map", options.map_file, "JSON file with names, types and options");
  app.add_flag("--dry-run", options.dry_run, "read and check everything, change nothing");
  app.add_option("--rejects", options.rejects_file, "file for the rows that are not accepted");
  app.add_flag("--as-new", options.as_new, "take the file in again from its first row");
}

void add_import(CLI::App& root, Arguments& to, ImportTexts& texts) {
  CLI::App* import = root.add_subcommand("import", "take in a CSV or NDJSON file")->require_subcommand(1);
  ImportOptions& options = to.import;
  CLI::App* contacts = import->add_subcommand("contacts", "people, one a row");
  add_file_options(*contacts, to, texts);
  contacts->add_option("--id", options.id_column, "column of the contact's id")->required();
  contacts->add_option("--account", options.account_column, "column of the account's id");
  contacts->add_option("--changed-at", options.changed_at_column, "column of the instant of change; keeps the history of the attributes");
  CLI::App* accounts = import->add_subcommand("accounts", "organisations, one a row");
  add_file_options(*accounts, to, texts);
  accounts->add_option("--id", options.id_column, "column of the account's id")->required();
  CLI::App* records = import->add_subcommand("records", "records of a type, such as opportunity");
  records->add_option("TYPE", options.record_type, "the record type")->required();
  add_file_options(*records, to, texts);
  records->add_option("--id", options.id_column, "column of the record's id")->required();
  records->add_option("--contact", options.contact_column, "column of the contact's id");
  records->add_option("--account", options.account_column, "column of the account's id");
  records->add_flag("--known-contacts-only", options.known_contacts_only, "reject rows of unknown contacts");
  CLI::App* events = import->add_subcommand("events", "events of contacts, one a row");
  add_file_options(*events, to, texts);
  events->add_option("--contact", options.contact_column, "column of the contact's id")->required();
  events->add_option("--time", options.time_column, "column of the event's time")->required();
  events->add_option("--event", options.event_name, "one event name for all rows");
  events->add_option("--event-column", options.event_column, "column of the event name");
  events->add_option("--message-id", options.message_id_column, "column of an id that is unique to the event");
  events->add_flag("--known-contacts-only", options.known_contacts_only, "reject rows of unknown contacts");
}

// An empty value is mostly a variable of a script that is not set.
std::string check_not_empty(const std::string& value) { return value.empty() ? "expected a value, not an empty text" : ""; }

CLI::App* add_query(CLI::App& root, Arguments& to, const std::string& name, const std::string& help) {
  CLI::App* app = root.add_subcommand(name, help);
  app->add_option("--at", to.at, "the instant to look from: 2024-01-31T10:00:00Z or 2024-01-31")->check(check_not_empty);
  return app;
}

void add_queries(CLI::App& root, Arguments& to) {
  CLI::App* count = add_query(root, to, "count", "how many contacts are in, with every condition's own number");
  count->add_option("EXPR", to.expression, "a definition, as text or JSON")->required();
  count->add_option("--repeat", to.repeat, "evaluate so many times and print the timings")->check(CLI::Range(1, 100'000));
  count->add_flag("--verify", to.verify, "also decide every contact one by one, and compare");
  CLI::App* members = add_query(root, to, "members", "the ids of those who are in, one a line, sorted by bytes");
  members->add_option("EXPR", to.expression, "a definition, as text or JSON")->required();
  CLI::App* explain = add_query(root, to, "explain", "why one contact is in or out, since when, and when that changes");
  explain->add_option("CONTACT", to.contact, "the contact's id")->required();
  explain->add_option("EXPR", to.expression, "a definition, as text or JSON")->required();
  CLI::App* export_ = add_query(root, to, "export", "members with chosen columns");
  export_->add_option("EXPR", to.expression, "a definition, as text or JSON")->required();
  export_->add_option("--columns", to.columns, "attributes and other values, such as id,country,account.name")->delimiter(',')->allow_extra_args(false)->required();
  export_->add_flag("--csv", to.csv, "as CSV (the default)");
  export_->add_flag("--ndjson", to.ndjson, "as one JSON object a line");
}

void add_settings(CLI::App* serve, Arguments& to) {
  serve->add_option("--config", to.config, "a file of settings: KEY = VALUE lines; the environment and flags count more")->check(check_not_empty);
  serve->add_option("--listen", to.listen, "ADDRESS:PORT; default 127.0.0.1:8080; port 0 takes a free one")->check(check_not_empty);
  serve->add_flag("--allow-private-webhooks", to.private_webhooks, "webhooks may go to addresses of the house, also without TLS");
  serve->add_option("--backups", to.backups, "the directory that POST /api/v1/backups adds to, as wanamaker backup does")->check(check_not_empty);
  serve->add_option("--tls-cert", to.tls_cert, "a file in PEM: speak TLS, with this certificate and its chain")->check(check_not_empty);
  serve->add_option("--tls-key", to.tls_key, "a file in PEM: the key of the certificate, without a password")->check(check_not_empty);
  serve->add_option("--requests-per-key", to.requests_per_key, "so many a second of one key or user, and twice as many at once; default 2000; 0: no limit")->check(CLI::Range(0, 1'000'000));
  serve->add_option("--writes-in-hand-kib", to.writes_in_hand_kib, "KiB of writes that are being answered at once, half of it for one key or user; beyond: 503 or 429; default 16384")->check(CLI::Range(0, 1'000'000));
  serve->add_option("--question-seconds", to.question_seconds, "so long a question may take, since others wait meanwhile; default 10; 0: no limit")->check(CLI::Range(0, 1'000'000));
  serve->add_flag("--behind-proxy", to.behind_proxy, "a proxy with TLS stands in front: allows an address that others can reach");
  serve->add_option("--log", to.log, "requests (the default) or errors: what is said on stderr")->check(CLI::IsMember({"requests", "errors"}));
}

void add_author(CLI::App& app, Arguments& to, const std::string& who) {
  app.add_option("--by", to.by, who);
  app.add_option("--note", to.note, "why");
}

// What people do to a segment beside saving its rule.
void add_segment_changes(CLI::App& segment, Arguments& to) {
  const auto by_hand = [&](const char* name, const char* help, const char* who) {
    CLI::App* app = segment.add_subcommand(name, help);
    app->add_option("KEY", to.key)->required();
    app->add_option("CONTACT", to.values)->required();
    add_author(*app, to, who);
  };
  by_hand("add", "add contacts by hand, whatever the rule says", "who adds them");
  by_hand("remove", "take contacts out by hand, whatever the rule says", "who removes them");
  by_hand("reset", "leave contacts to the rule again", "who does it");
  segment.add_subcommand("versions", "the definitions it had, by whom, when and why")->add_option("KEY", to.key)->required();
  CLI::App* diff = segment.add_subcommand("diff", "how two versions differ, line by line");
  diff->add_option("KEY", to.key)->required();
  diff->add_option("FROM", to.version, "default the one before the present");
  diff->add_option("TO", to.other_version, "default the present one");
  CLI::App* restore = segment.add_subcommand("restore", "save an earlier version again, as a new one");
  restore->add_option("KEY", to.key)->required();
  restore->add_option("VERSION", to.version)->required();
  add_author(*restore, to, "who does it");
}

void add_segments(CLI::App& root, Arguments& to) {
  CLI::App* segment = root.add_subcommand("segment", "saved definitions")->require_subcommand(1);
  CLI::App* put = segment->add_subcommand("put", "save a definition under a key");
  put->add_option("KEY", to.key)->required();
  put->add_option("EXPR", to.expression, "a definition, as text or JSON")->required();
  put->add_option("--param", to.parameters, "NAME:TYPE=VALUE of a parameter with its default")->allow_extra_args(false);
  put->add_option("--kind", to.kind, "dynamic: kept by its rule; snapshot: decided once, now")->check(CLI::IsMember({"dynamic", "snapshot"}));
  add_author(*put, to, "who saves it");
  segment->add_subcommand("list", "all segments and snapshots");
  segment->add_subcommand("show", "one segment")->add_option("KEY", to.key)->required();
  CLI::App* members = segment->add_subcommand("members", "the ids of its members");
  members->add_option("KEY", to.key)->required();
  members->add_option("--at", to.at, "the instant to look from, with what is known now")->check(check_not_empty);
  members->add_option("--known-at", to.known_at, "as it was known at that instant, out of the feed of changes")->check(check_not_empty);
  CLI::App* due = segment->add_subcommand("due", "who enters and leaves by time alone, and when");
  due->add_option("KEY", to.key)->required();
  due->add_option("--until", to.until, "the last instant that is looked at; default one day from now")->check(check_not_empty);
  due->add_option("--limit", to.limit, "so many at most; default 1000");
  due->add_option("--after", to.due_after, "where the page before ended: its `next`")->check(check_not_empty);
  segment->add_subcommand("history", "entries, exits and size, day by day")->add_option("KEY", to.key)->required();
  CLI::App* impact = segment->add_subcommand("impact", "who would enter and leave if a definition were saved; saves nothing");
  impact->add_option("KEY", to.key)->required();
  impact->add_option("EXPR", to.expression, "a definition, as text or JSON")->required();
  impact->add_option("--param", to.parameters, "NAME:TYPE=VALUE of a parameter with its default")->allow_extra_args(false);
  CLI::App* freeze = segment->add_subcommand("freeze", "make a static list of those who are members now");
  freeze->add_option("KEY", to.key)->required();
  freeze->add_option("LIST", to.name, "the key of the list")->required();
  freeze->add_option("--by", to.by, "who does it");
  add_segment_changes(*segment, to);
  segment->add_subcommand("delete", "forget a definition; its contacts stay")->add_option("KEY", to.key)->required();
  segment->add_subcommand("check", "say whether the definition in a file is good")->add_option("FILE", to.file)->required();
  segment->add_subcommand("format", "print the definition in a file in its canonical form")->add_option("FILE", to.file)->required();
  segment->add_subcommand("json", "print a definition as JSON")->add_option("EXPR", to.expression)->required();
}

void add_changes(CLI::App& root, Arguments& to) {
  CLI::App* changes = root.add_subcommand("changes", "who entered and left which segment, in order");
  changes->add_option("--after", to.after, "the number of the last change that was read; default 0, from the oldest");
  changes->add_option("--limit", to.limit, "so many at most; default 1000");
  changes->add_option("--segment", to.key, "of this segment alone")->check(check_not_empty);
}

void add_catalog(CLI::App& root, Arguments& to) {
  CLI::App* list = root.add_subcommand("list", "static lists, kept by hand")->require_subcommand(1);
  list->add_subcommand("put", "make a list")->add_option("KEY", to.key)->required();
  CLI::App* add = list->add_subcommand("add", "add contacts");
  add->add_option("KEY", to.key)->required();
  add->add_option("CONTACT", to.values)->required();
  add_author(*add, to, "who adds them");
  CLI::App* remove = list->add_subcommand("remove", "take contacts out");
  remove->add_option("KEY", to.key)->required();
  remove->add_option("CONTACT", to.values)->required();
  add_author(*remove, to, "who removes them");
  CLI::App* show = list->add_subcommand("show", "who is in, by whom, when and why");
  show->add_option("KEY", to.key)->required();
  show->add_flag("--csv", to.csv, "as CSV");
  CLI::App* import = list->add_subcommand("import", "add the contacts of a column of a CSV or NDJSON file");
  import->add_option("KEY", to.key)->required();
  import->add_option("FILE", to.import.file, "CSV or NDJSON, also .gz")->required();
  import->add_option("--id", to.import.id_column, "the column of the contacts' ids; default the first");
  import->add_option("--delimiter", to.import.delimiter, "one character, tab or blanks");
  import->add_option("--encoding", to.import.encoding, "utf-8, utf-16le, utf-16be, windows-1250, windows-1251 or iso-8859-2");
  import->add_flag("--no-header", to.import.no_header, "the first line is data already");
  add_author(*import, to, "who adds them");
  list->add_subcommand("list", "all lists and snapshots");
  for (const auto& [name, help] : {std::pair("lock", "refuse changes by hand"), std::pair("unlock", "take changes by hand again")}) {
    CLI::App* app = list->add_subcommand(name, help);
    app->add_option("KEY", to.key)->required();
    add_author(*app, to, "who does it");
  }
  list->add_subcommand("delete", "forget a list that nothing uses; its contacts stay")->add_option("KEY", to.key)->required();
  CLI::App* set = root.add_subcommand("set", "named value sets")->require_subcommand(1);
  CLI::App* put = set->add_subcommand("put", "save values under a key");
  put->add_option("KEY", to.key)->required();
  put->add_option("VALUE", to.values)->required();
  CLI::App* config = root.add_subcommand("config", "settings of the workspace, and of serve")->require_subcommand(1);
  CLI::App* config_set = config->add_subcommand("set", "change a setting")->require_subcommand(1);
  config_set->add_subcommand("zone", "the IANA zone of calendar days")->add_option("ZONE", to.name)->required();
  config->add_subcommand("check", "look through a file of settings for serve")->add_option("FILE", to.file)->required();
  add_settings(config->add_subcommand("show", "what serve would be told, and by whom: defaults, file, environment, flags"), to);
}

void add_schema(CLI::App& root, Arguments& to) {
  CLI::App* schema = root.add_subcommand("schema", "attributes, events and record types")->require_subcommand(0, 1);
  schema->add_subcommand("show", "all of it");
  CLI::App* set = schema->add_subcommand("set", "declare an attribute or change its type");
  set->add_option("NAME", to.name, "NAME, account.NAME, EVENT.NAME or TYPE.NAME")->required();
  set->add_option("--type", to.type, "text number boolean date timestamp set location")->required();
  set->add_flag("--history", to.history, "keep every change from now on");
  set->add_flag("--dry-run", to.dry_run, "list the values that would not convert");
  set->add_flag("--drop", to.drop, "let values that do not convert become missing");
  for (const auto& [name, help] : {std::pair("track", "let write keys set an attribute of contacts"), std::pair("untrack", "let them no more")}) {
    CLI::App* app = schema->add_subcommand(name, help);
    app->add_option("NAME", to.name, "the attribute")->required();
    app->add_option("--by", to.by, "who does it");
  }
  CLI::App* declare = schema->add_subcommand("declare", "make a name known before its first datum")->require_subcommand(1);
  declare->add_subcommand("event", "an event name")->add_option("NAME", to.name)->required();
  declare->add_subcommand("record", "a record type")->add_option("NAME", to.name)->required();
  CLI::App* contact = root.add_subcommand("contact", "one contact")->require_subcommand(1);
  contact->add_subcommand("show", "what is known of it")->add_option("ID", to.contact)->required();
  contact->add_subcommand("segments", "all segments it is in, with since, why and until when")->add_option("ID", to.contact)->required();
  CLI::App* merge = contact->add_subcommand("merge", "make two contacts one");
  merge->add_option("FROM", to.contact)->required();
  merge->add_option("INTO", to.into)->required();
  CLI::App* erase = contact->add_subcommand("erase", "forget a contact and its events");
  erase->add_option("ID", to.contact)->required();
  // With an instant it is the option of every command.
  erase->add_option("--now", to.erase_now, "rewrite the store's files at once, so that no byte of it is left")->expected(0, 1)->type_name("");
  root.add_subcommand("demo", "make the demo base");
}

void add_store(CLI::App& root, Arguments& to) {
  root.add_subcommand("stats", "figures of the store");
  root.add_subcommand("verify", "check every byte and every rule; changes nothing");
  CLI::App* backup = root.add_subcommand("backup", "add a backup to a directory of backups");
  backup->add_option("DIR", to.file, "the directory of backups")->required();
  backup->add_option("--keep", to.keep, "so many of the newest stay; default 10")->check(CLI::Range(1, 10'000));
  backup->add_flag("--list", to.list, "print those that are there, and make none");
  backup->add_flag("--check", to.check, "read every byte of those that are there, and make none; ends with 1 where one is damaged");
  CLI::App* restore = root.add_subcommand("restore", "make the data directory out of a backup");
  restore->add_option("DIR", to.file, "the directory of backups")->required();
  restore->add_option("--backup", to.backup, "its number; default the newest");
  restore->add_flag("--replace", to.replace, "move the store that is there aside");
  restore->add_option("--erasures", to.erasures, "a further ledger of erasures (a file ERASED)");
  CLI::App* doctor = root.add_subcommand("doctor", "look at the files of a store that does not open");
  doctor->add_option("--export", to.file, "make a new store in this directory of what can be read")->check(is_given);
  CLI::App* checkpoint = root.add_subcommand("checkpoint", "write what changed to pages and shorten the log");
  checkpoint->add_flag("--compact", to.compact, "also rewrite the files, so that nothing old is in them");
}

void add_server(CLI::App& root, Arguments& to) {
  add_settings(root.add_subcommand("serve", "answer over HTTP, and take in what SDKs send, until SIGTERM or Ctrl-C"), to);
  CLI::App* key = root.add_subcommand("key", "keys by which programs get in")->require_subcommand(1);
  CLI::App* add = key->add_subcommand("add", "make a key and show it, this once");
  add->add_option("--role", to.role, "write (send what people did), read, masked (read, but for what is personal), or admin (everything)")->required()->check(CLI::IsMember({"write", "read", "admin", "masked"}));
  add->add_option("--name", to.name, "which program it is for");
  add->add_option("--by", to.by, "who makes it");
  key->add_subcommand("list", "all keys, revoked ones too");
  CLI::App* revoke = key->add_subcommand("revoke", "let nobody in by that key any more");
  revoke->add_option("ID", to.key, "its id, as key list shows it")->required();
  revoke->add_option("--by", to.by, "who does it");
}

Result<void> read_texts(const ImportTexts& texts, ImportOptions& options) {
  for (const std::string& text : texts.types) {
    const std::size_t equals = text.rfind('=');
    const auto type = equals == std::string::npos ? std::nullopt : value_type_from(std::string_view(text).substr(equals + 1));
    const std::string types = "the types are text, number, boolean, date, timestamp, set and location";
    if (equals == std::string::npos || equals == 0) return fail(ErrorCode::usage, fmt::format("--type {}: expected NAME=TYPE", text), types);
    if (!type) return fail(ErrorCode::usage, fmt::format("--type {}: there is no type '{}'", text, text.substr(equals + 1)), types);
    options.types.push_back({text.substr(0, equals), *type});
  }
  for (const std::string& text : texts.derive) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return fail(ErrorCode::usage, fmt::format("--derive {}: expected NAME=EXPRESSION", text), "such as --derive total='quantity * unit_price'");
    options.derive.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return {};
}

std::string words_of(const CLI::App& root) {
  std::string words;
  const CLI::App* app = &root;
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    words += (words.empty() ? "" : " ") + app->get_name();
  }
  return words;
}

std::vector<std::string> given_flags(const CLI::App& root) {
  std::vector<std::string> flags;
  for (const CLI::App* app = &root;; app = app->get_subcommands().front()) {
    for (const CLI::Option* option : app->get_options())
      if (option->count() > 0) flags.push_back(option->get_name());
    if (app->get_subcommands().empty()) return flags;
  }
}

// The first word that is no command where one is wanted, with the nearest one.
std::optional<Error> unknown_command(const CLI::App& root, const std::vector<std::string>& words) {
  const CLI::App* app = &root;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--data" || words[i] == "--now") ++i;
    else if (!words[i].starts_with('-')) {
      const auto commands = app->get_subcommands([](const CLI::App*) { return true; });
      if (commands.empty()) return std::nullopt;
      const auto found = std::ranges::find(commands, words[i], [](const CLI::App* command) { return command->get_name(); });
      if (found != commands.end()) {
        app = *found;
        continue;
      }
      std::vector<std::string> names;
      for (const CLI::App* command : commands) names.push_back(command->get_name());
      const std::string near = nearest(words[i], names);
      return Error{.code = ErrorCode::usage, .message = fmt::format("unknown command '{}'{}", words[i], near.empty() ? "" : fmt::format(". Did you mean '{}'?", near)),
                   .hint = fmt::format("the commands here are {}", fmt::join(names, ", "))};
    }
  }
  return std::nullopt;
}

void set_import_kind(Arguments& arguments) {
  static const std::map<std::string, BatchKind> kinds{{"import contacts", BatchKind::contacts}, {"import accounts", BatchKind::accounts}, {"import records", BatchKind::contact_records}, {"import events", BatchKind::events}};
  const auto found = kinds.find(arguments.command);
  if (found == kinds.end()) return;
  arguments.import.kind = found->second;
  if (found->second == BatchKind::contact_records && arguments.import.contact_column.empty()) arguments.import.kind = BatchKind::account_records;
}

}  // namespace

Result<Parsed> parse_arguments(const std::vector<std::string>& words) {
  CLI::App root{"Wanamaker: every list of customers exact at every instant, every membership explained.\n\n"
                "  wanamaker demo\n"
                "  wanamaker count 'country = \"SK\" and did order_completed at least 2 times in last 90 days'\n"
                "  wanamaker import contacts customers.csv --id customer_id", "wanamaker"};
  Arguments arguments;
  ImportTexts texts;
  root.fallthrough();
  root.require_subcommand(1);
  root.set_version_flag("--version", std::string(kVersion));
  root.add_option("--data", arguments.data, "the data directory; default ./wanamaker-data");
  root.add_flag("--json", arguments.json, "answer in JSON");
  root.add_option("--now", arguments.now, "the instant that is now, for tests and documents")->check(is_given);
  add_import(root, arguments, texts);
  add_queries(root, arguments);
  add_segments(root, arguments);
  add_changes(root, arguments);
  add_catalog(root, arguments);
  add_schema(root, arguments);
  add_store(root, arguments);
  add_server(root, arguments);
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    root.parse(reversed);
  } catch (const CLI::CallForVersion&) {
    return Parsed{.arguments = std::nullopt, .text = std::string(kVersion) + "\n"};
  } catch (const CLI::CallForHelp&) {
    const CLI::App* app = &root;
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    return Parsed{.arguments = std::nullopt, .text = app->help()};
  } catch (const CLI::ParseError& error) {
    const std::string command = words_of(root);
    if (auto unknown = unknown_command(root, words)) return fail(std::move(*unknown));
    const bool extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && std::string_view(error.what()).find(": -") == std::string_view::npos;
    return fail(ErrorCode::usage, error.what(), fmt::format("{}wanamaker {}{}--help", extra ? "a definition stands between single quotes; see " : "", command, command.empty() ? "" : " "));
  }
  WM_CHECK_OK(read_texts(texts, arguments.import));
  arguments.command = words_of(root);
  arguments.given = given_flags(root);
  if (arguments.erase_now && !arguments.erase_now->empty()) arguments.now = *arguments.erase_now;
  set_import_kind(arguments);
  if (arguments.import.file == "-") {
    return fail(ErrorCode::usage, "an import reads its file twice, so it takes no standard input", "write the rows to a file first and name that; a file that is called - is named ./-");
  }
  if (arguments.command == "import records" && arguments.import.contact_column.empty() == arguments.import.account_column.empty()) {
    return fail(ErrorCode::usage, "import records takes one of --contact and --account", "wanamaker import records --help");
  }
  return Parsed{.arguments = std::move(arguments), .text = {}};
}

}  // namespace wanamaker
