#pragma once
// The commands, by family. Each writes its answer and returns its exit code, or an error.

#include "api/workspace.h"
#include "cli/arguments.h"
#include "cli/command_line.h"

namespace wanamaker {

struct CommandContext {
  Workspace& workspace;
  const Arguments& arguments;
  Streams streams;
  Timestamp at;  // --at, or now
};

Result<int> run_import(CommandContext& context);
Result<int> run_query(CommandContext& context);    // count, members, explain, export
Result<int> run_segment(CommandContext& context);  // segment …
Result<int> run_catalog(CommandContext& context);  // list, set, config, schema, contact, demo

}  // namespace wanamaker
