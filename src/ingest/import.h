#pragma once
// Imports a CSV or NDJSON file, or a JSON array of objects, gzip or not. Two passes over the file, both streamed:
//   1. scan    encoding, delimiter, columns; the type of each column from its cells; how far an earlier import came
//   2. import  cell by cell to values; batches of up to 5,000 rows, each durable before the next; bad rows to the rejects file. A thread
//              of its own reads a few batches ahead; the target and the rejects file are this one's.
// The scan reads the whole file up to 256 MB, else its first 200,000 rows. One bad row never sinks the others; what makes the
// whole file doubtful (a missing column, an ambiguous date order, a quote never closed) is an error before a row is applied,
// as far as the scan reads.

#include "base/result.h"
#include "ingest/options.h"
#include "ingest/progress.h"
#include "ingest/report.h"
#include "ingest/target.h"

namespace wanamaker {

// `progress` may be null. Errors: usage (options that contradict each other), not_found (file or column), invalid (content),
// failure (reading or writing), interrupted (progress asked to stop; a repeated import continues), and those of the target.
// Rejected rows are no error: the report counts them.
Result<ImportReport> run_import(const ImportOptions& options, ImportTarget& target, Progress* progress);

}  // namespace wanamaker
