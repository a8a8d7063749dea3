#pragma once
// The file of --map: how columns are named and typed, and any of the long options, kept for the next time.
//   {"columns": {"File Column": {"name": "new_name", "type": "number"}, "Other": null}, "options": {"id": "File Column", …}}
// null leaves a column out. Options of the command line win over those of the file; --type and --derive add to them.

#include "base/result.h"
#include "ingest/options.h"

#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

struct ColumnMapping {
  std::string column;  // name in the file, or its snake case
  std::optional<std::string> name = {};
  std::optional<ValueType> type = {};
  bool is_left_out = false;
};

// Reads options.map_file, where there is one, and fills what `options` does not say itself.
// Errors: not_found, invalid (with the file and the key that is wrong).
Result<std::vector<ColumnMapping>> apply_mapping(ImportOptions& options);

}  // namespace wanamaker
