#pragma once
// What becomes of each column of a file: the options, the schema and the evidence of the scan brought together. All that can
// be wrong with the file as a whole is found here, before a row is applied.

#include "ingest/cell.h"
#include "ingest/mapping.h"
#include "ingest/options.h"
#include "ingest/report.h"
#include "ingest/scan.h"

#include "model/schema.h"

#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

// A column in a special part. Without a position it is `#row`.
struct PlannedRole {
  std::optional<std::size_t> position = {};
  std::string file_name;
  std::optional<DateFormat> format = {};  // times that are not year-first
};

struct PlannedColumn {
  std::size_t position = 0;
  std::string file_name;
  std::string name;
  ValueType type = ValueType::text;
  TypeOrigin origin = TypeOrigin::inferred;
  bool has_decimal_comma = false;
  std::optional<DateFormat> format = {};
};

// Immutable once made.
struct ImportPlan {
  explicit ImportPlan(Zone in_zone) : zone(std::move(in_zone)) {}

  BatchKind kind = BatchKind::contacts;
  std::string record_type;
  std::string event_name;              // empty where a column names the event
  PlannedRole id;                      // of the contact, account or record; events: the contact
  std::optional<PlannedRole> owner;    // contacts: account; records: contact or account
  std::optional<PlannedRole> at;       // events: time; contacts: changed at
  std::optional<PlannedRole> event;
  std::optional<PlannedRole> message;
  std::vector<PlannedColumn> columns;  // values
  std::vector<std::string> file_columns;
  std::vector<std::string> original_columns;  // without those that a rejects file added
  std::optional<std::size_t> reject_code = {};  // the position of `code`, in a rejects file
  Zone zone;
  char set_separator = '|';
  bool known_contacts_only = false;

  CellRules rules_for(const PlannedColumn& column, ValueType type) const;
};

struct PlanRequest {
  const ImportOptions& options;
  const std::vector<ColumnMapping>& mapping;
  const FileScan& scan;
  const Schema& schema;
  const Zone& zone;
};

// Options that contradict each other or lack one, whatever the file. Errors: usage.
Result<void> check_options(const ImportOptions& options);
// Errors: not_found (a column, with a suggestion), invalid (names that collide, an ambiguous date order or decimal comma),
// conflict (a declared type against the schema's).
Result<ImportPlan> make_plan(const PlanRequest& request);
// The table a row's values belong to; `event` is the row's event name.
TableName table_of(const ImportPlan& plan, std::string_view event);
const AttributeTable* find_table(const Schema& schema, const TableName& table);
// How the columns of the plan look in the report.
std::vector<ImportReport::Column> columns_of(const ImportPlan& plan, const FileScan& scan);
// "contacts", "records of opportunity", "events order_completed"
std::string kind_in_words(const ImportOptions& options);

}  // namespace wanamaker
