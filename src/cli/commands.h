#pragma once
// The commands, by family. Each writes its answer and returns its exit code, or an error.

#include "api/workspace.h"
#include "cli/arguments.h"
#include "cli/command_line.h"
#include "ingest/import.h"

#include <optional>

namespace wanamaker {

inline constexpr int kExitIncomplete = 8;  // finished, but not with everything

struct Beside;

struct CommandContext {
  Workspace& workspace;
  const Arguments& arguments;
  Streams streams;
  Timestamp at;            // --at, or now
  Timestamp until = {};    // --until, where it is given
  Timestamp known_at = {}; // --known-at, likewise
  Beside* beside = nullptr;  // where a server runs it for somebody else
};

Result<int> run_import(CommandContext& context);
// Takes in a file, wherever its rows go.
Result<int> run_import_into(ImportTarget& target, const Arguments& arguments, Streams streams);
Result<int> run_query(CommandContext& context);    // count, members, explain, export
Result<int> run_segment(CommandContext& context);  // segment …
// What a file with a definition has. Errors: usage, not_found, invalid.
Result<std::string> read_definition(const std::string& path);
// changes, segment due, segment history, segment impact, segment freeze, contact segments. nullopt: another command.
std::optional<Result<int>> run_live(CommandContext& context);
Result<int> run_store(CommandContext& context);    // stats, backup, checkpoint
Result<int> run_catalog(CommandContext& context);  // list, set, config, schema, contact, demo

// Runs a command in a server for somebody else; an error is told, and its exit code given.
int run_beside(const Arguments& arguments, Workspace& workspace, Streams streams, Beside& beside);

// verify, restore, doctor, backup --list, serve: they open the store themselves, or none. nullopt: another command.
std::optional<Result<int>> run_without_workspace(const Arguments& arguments, Timestamp now, Streams streams);

Result<int> run_serve(const Arguments& arguments, Timestamp now, Streams streams);

}  // namespace wanamaker
