#pragma once
// The commands, by family. Each writes its answer and returns its exit code, or an error.

#include "api/workspace.h"
#include "cli/arguments.h"
#include "cli/command_line.h"

#include <optional>

namespace wanamaker {

inline constexpr int kExitIncomplete = 8;  // finished, but not with everything

struct CommandContext {
  Workspace& workspace;
  const Arguments& arguments;
  Streams streams;
  Timestamp at;            // --at, or now
  Timestamp until = {};    // --until, where it is given
  Timestamp known_at = {}; // --known-at, likewise
};

Result<int> run_import(CommandContext& context);
Result<int> run_query(CommandContext& context);    // count, members, explain, export
Result<int> run_segment(CommandContext& context);  // segment …
// changes, segment due, segment history, segment impact, segment freeze, contact segments. nullopt: another command.
std::optional<Result<int>> run_live(CommandContext& context);
Result<int> run_store(CommandContext& context);    // stats, backup, checkpoint
Result<int> run_catalog(CommandContext& context);  // list, set, config, schema, contact, demo

// verify, restore, doctor, backup --list, serve: they open the store themselves, or none. nullopt: another command.
std::optional<Result<int>> run_without_workspace(const Arguments& arguments, Timestamp now, Streams streams);

Result<int> run_serve(const Arguments& arguments, Timestamp now, Streams streams);

}  // namespace wanamaker
