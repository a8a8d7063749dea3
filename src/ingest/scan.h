#pragma once
// The first pass over a file: its encoding, form, delimiter and columns, what the cells of each column could be, which event
// names occur, and how far an earlier import of it came.

#include "ingest/csv_reader.h"
#include "ingest/inference.h"
#include "ingest/ndjson_reader.h"
#include "ingest/options.h"
#include "ingest/progress.h"

#include "model/commands.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace wanamaker {

inline constexpr std::uint64_t kScanBytesMax = 256ULL * 1024 * 1024;
inline constexpr std::uint64_t kScanRowsBeyond = 200'000;  // of a longer file only so many rows are looked at

struct FileScan {
  Encoding encoding = Encoding::utf8;
  bool is_gzip = false;
  bool is_ndjson = false;                   // JSON in either layout
  JsonLayout json_layout = JsonLayout::lines;  // NDJSON only
  CsvDialect dialect = {};                  // CSV only
  std::vector<std::string> columns = {};    // as spelled in the file
  std::vector<ColumnEvidence> evidence = {};  // beside the columns
  std::set<std::string, std::less<>> event_names = {};
  std::uint64_t rows = 0;                   // looked at for types
  std::optional<ImportMark> resume_at = {};  // the longest mark that is a prefix of this file
};

struct ScanRequest {
  const ImportOptions& options;
  const DateFormat* format = nullptr;  // --date-format
  std::vector<ImportMark> marks = {};
};

// Errors: as of ByteSource and the readers; a wrong --encoding or --delimiter.
Result<FileScan> scan_file(const ScanRequest& request, Progress* progress);

// The rows of the file once more, from the start.
Result<std::unique_ptr<RowSource>> open_rows(const ImportOptions& options, const FileScan& scan);

// Position of the column that `wanted` names: as spelled in the file, or else its snake case.
std::optional<std::size_t> position_of_column(const std::vector<std::string>& columns, std::string_view wanted);

}  // namespace wanamaker
