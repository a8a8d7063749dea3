#include "ingest/plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

struct Rule {
  std::string_view option;
  std::string ImportOptions::*field;
  std::string_view needed_by;   // letters of kinds: c contacts, a accounts, r contact records, o account records, e events
  std::string_view allowed_by;
};
constexpr Rule kRules[] = {
    {"--id", &ImportOptions::id_column, "caro", "caro"},
    {"--account", &ImportOptions::account_column, "o", "co"},
    {"--contact", &ImportOptions::contact_column, "re", "re"},
    {"--changed-at", &ImportOptions::changed_at_column, "", "c"},
    {"--time", &ImportOptions::time_column, "e", "e"},
    {"--event", &ImportOptions::event_name, "", "e"},
    {"--event-column", &ImportOptions::event_column, "", "e"},
    {"--message-id", &ImportOptions::message_id_column, "", "e"},
};

char letter_of(BatchKind kind) {
  switch (kind) {
    case BatchKind::contacts: return 'c';
    case BatchKind::accounts: return 'a';
    case BatchKind::contact_records: return 'r';
    case BatchKind::account_records: return 'o';
    case BatchKind::events: return 'e';
  }
  return 'c';
}

}  // namespace

std::string kind_in_words(const ImportOptions& options) {
  switch (options.kind) {
    case BatchKind::contacts: return "contacts";
    case BatchKind::accounts: return "accounts";
    case BatchKind::contact_records: return fmt::format("records of {}", options.record_type);
    case BatchKind::account_records: return fmt::format("account records of {}", options.record_type);
    case BatchKind::events: return options.event_name.empty() ? "events" : fmt::format("events {}", options.event_name);
  }
  return {};
}

Result<void> check_options(const ImportOptions& options) {
  const char kind = letter_of(options.kind);
  const std::string_view noun = options.kind == BatchKind::events ? "events" : options.kind == BatchKind::contacts ? "contacts" : options.kind == BatchKind::accounts ? "accounts" : "records";
  for (const Rule& rule : kRules) {
    const bool is_given = !(options.*rule.field).empty();
    if (!is_given && rule.needed_by.find(kind) != std::string_view::npos) {
      return fail(ErrorCode::usage, fmt::format("an import of {} needs {}", noun, rule.option), fmt::format("add {} with the name of the column", rule.option));
    }
    if (is_given && rule.allowed_by.find(kind) == std::string_view::npos) {
      return fail(ErrorCode::usage, fmt::format("{} has no meaning in an import of {}", rule.option, noun), "leave it out");
    }
  }
  if (options.kind == BatchKind::events && options.event_name.empty() == options.event_column.empty()) {
    return fail(ErrorCode::usage, "an import of events needs either --event or --event-column", "name the event of all rows, or the column that names it");
  }
  if ((kind == 'r' || kind == 'o') && options.record_type.empty()) return fail(ErrorCode::usage, "an import of records needs their type", "name it, as in: import records opportunity FILE");
  if (options.file.empty()) return fail(ErrorCode::usage, "no file is named", "name a CSV or NDJSON file");
  if (!options.columns.empty() && !options.no_header) {
    return fail(ErrorCode::usage, "--columns names the columns of a file without a header", "add --no-header, or rename columns with --map");
  }
  if (!options.decimal.empty() && options.decimal != "comma" && options.decimal != "point") {
    return fail(ErrorCode::usage, fmt::format("--decimal is '{}'; comma or point was expected", options.decimal), "write --decimal comma or --decimal point");
  }
  if (options.set_separator.size() > 1) return fail(ErrorCode::usage, "--set-separator takes one character", "write --set-separator ';'");
  return {};
}

}  // namespace wanamaker
