#pragma once
// The command line: words in, text out, an exit code. Data go to `out`, talk and errors to `err`.
//   0 done · 1 failure · 2 usage · 3 not found · 4 invalid data or expression · 5 not allowed · 6 conflict
//   7 the server that holds the store cannot be reached, or cannot do this · 8 finished with rejected rows, or without all that was acknowledged
//   130 interrupted

#include "api/workspace.h"

#include <ostream>
#include <string>
#include <vector>

namespace wanamaker {

struct Streams {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;
};

// Opens the data directory, runs one command and closes it; where a server holds it, that runs the command (beside.h).
int run_command_line(const std::vector<std::string>& words, Streams streams);

// Runs one command in a workspace that is open already.
int run_in_workspace(const std::vector<std::string>& words, Workspace& workspace, Streams streams);

int exit_code(ErrorCode code);
// Says what went wrong; its exit code.
int report(const Error& error, bool json, Streams streams);

}  // namespace wanamaker
