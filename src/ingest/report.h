#pragma once
// What an import did, for people (to_text) and programs (to_json). It names rows, columns and codes, never a cell's content.

#include "base/json.h"
#include "ingest/row_source.h"
#include "model/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

enum class TypeOrigin : std::uint8_t { schema, declared, inferred, derived };
inline constexpr std::string_view kTypeOriginNames[] = {"schema", "declared", "inferred", "derived"};
inline std::string_view name_of(TypeOrigin origin) { return kTypeOriginNames[static_cast<std::size_t>(origin)]; }

struct ImportReport {
  struct Column {
    std::string file_name;
    std::string name;     // empty where the column is left out
    std::string role;     // "id", "contact", "time", …; empty for values
    std::optional<ValueType> type = {};
    std::optional<TypeOrigin> origin = {};
    std::uint64_t known = 0;  // cells that are not missing, among the rows scanned that are not rejected
    std::string note = {};    // "decimal comma", "%d.%m.%Y", "left out", …
  };
  struct RejectGroup {
    std::string code;
    std::string reason;                      // of its first row
    std::uint64_t rows = 0;
    std::vector<std::uint64_t> first_rows;   // up to kFirstRowsMax
  };
  static constexpr std::size_t kFirstRowsMax = 10;

  std::string file;
  std::string kind;        // "contacts", "records of opportunity", …
  std::string form;        // "csv", "ndjson", "json" (an array), each with ".gz" where packed
  std::string encoding;
  std::string delimiter;   // empty for JSON
  std::string zone;
  bool is_dry_run = false;
  std::uint64_t rows_read = 0;        // data rows of the file
  std::uint64_t rows_skipped = 0;     // taken in by an earlier import
  std::uint64_t rows_filtered = 0;    // that --where leaves out
  std::uint64_t rows_applied = 0;     // 0 in a dry run
  std::uint64_t rows_applicable = 0;  // dry run: rows that would be handed on
  std::uint64_t rows_duplicate = 0;   // events whose message id was there
  std::uint64_t rows_rejected = 0;
  std::uint64_t rows_rejected_before = 0;  // of these: by an earlier import, whose rejects file still names them
  std::vector<Column> columns;
  std::vector<RejectGroup> rejects;
  std::string rejects_file;           // empty where none was written

  void count_reject(std::uint64_t row, const RowFault& fault);
  Json to_json() const;
  std::string to_text() const;
};

}  // namespace wanamaker
