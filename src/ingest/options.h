#pragma once
// What the user asks of an import, as given: the long options of `wanamaker import`, by name. Empty means not given.
// Columns are named as in the file or in snake case; `#row` is the 1-based number of the data row.

#include "ingest/wording.h"
#include "model/commands.h"
#include "model/value.h"

#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

struct ImportOptions {
  struct TypeChoice {
    std::string column;
    ValueType type = ValueType::text;
  };
  struct Derivation {
    std::string name;
    std::string expression;
  };

  BatchKind kind = BatchKind::contacts;
  std::string record_type = {};
  std::string file;

  std::string id_column = {};          // contacts, accounts, records
  std::string account_column = {};     // contacts: the link; account records: the owner
  std::string contact_column = {};     // events, contact records
  std::string changed_at_column = {};  // contacts: the instant of change; history is kept
  std::string time_column = {};        // events
  std::string event_name = {};         // events: one name for all rows, or
  std::string event_column = {};       //         a column with the name
  std::string message_id_column = {};  // events

  std::vector<TypeChoice> types = {};
  std::string zone = {};               // IANA name; default: the workspace's
  std::string date_format = {};        // %d.%m.%Y, %d/%m/%Y %H:%M, …
  std::string delimiter = {};          // one character, `tab` or `blanks`; default: detected
  std::string decimal = {};            // `comma` or `point`; default: detected
  std::string encoding = {};           // utf-8, utf-16le, utf-16be, windows-1250, windows-1251, iso-8859-2; default: detected
  bool no_header = false;
  std::vector<std::string> columns = {};  // names for a file without a header
  std::string set_separator = {};      // one character; default `|`
  std::vector<Derivation> derive = {};
  std::string where = {};
  std::string map_file = {};
  bool dry_run = false;
  std::string rejects_file = {};       // default: NAME.rejects.csv in the current directory
  bool as_new = false;                 // ignore what earlier imports of this file have taken in
  bool known_contacts_only = false;    // a row for an unknown contact is rejected instead of making the contact
  Wording wording = Wording::options;  // of notes and reasons
};

inline constexpr std::string_view kRowColumn = "#row";

}  // namespace wanamaker
