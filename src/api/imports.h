#pragma once
// Imports of files into a workspace.

#include "api/workspace.h"
#include "ingest/import.h"

namespace wanamaker {

// Errors: those of run_import. Rejected rows are no error: the report counts them.
Result<ImportReport> import_file(Workspace& workspace, const ImportOptions& options, Progress* progress);

}  // namespace wanamaker
