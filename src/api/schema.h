#pragma once
// The schema as people see and change it: attributes, events with properties, record types with fields.

#include "api/workspace.h"

#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

Json schema_json(Workspace& workspace);  // docs/reference/json/schema.schema.json
std::string schema_text(Workspace& workspace);

struct SchemaChange {
  std::string table;                       // "contact", "account", "event order_completed", "record invoice"
  std::string name;
  ValueType type = ValueType::text;
  bool is_new = false;
  bool keeps_history = false;
  bool is_applied = false;
  std::uint64_t values = 0;                // known values of the column
  std::uint64_t not_convertible = 0;
  std::vector<std::string> examples = {};  // owners of the first values that do not convert
  Json to_json() const;
  std::string to_text() const;
};

enum class ConversionMode : std::uint8_t {
  dry_run,           // says what would happen
  refuse_loss,       // changes only where every value converts
  drop_the_rest,     // values that do not convert become missing
};
struct PlannedAttribute {
  SchemaChange change;
  std::optional<CommandBody> command = {};  // what makes it; none of a dry run
};
// Shape: `name` is NAME, account.NAME, EVENT.NAME or TYPE.NAME.
// Errors: not_found (an event or record type), conflict (values that do not convert).
Result<PlannedAttribute> plan_attribute(Workspace& workspace, std::string_view name, ValueType type, History history, ConversionMode mode);
// Likewise, and it is made.
// Errors: not_found (an event or record type), conflict (values that do not convert, segments that use the attribute), invalid.
Result<SchemaChange> set_attribute(Workspace& workspace, std::string_view name, ValueType type, History history, ConversionMode mode);

}  // namespace wanamaker
