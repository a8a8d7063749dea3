#pragma once
// What `serve` is told in the end: defaults < file < environment WANAMAKER_… < flags. Each setting is in setting.h. Pure but for reading the file
// (config_file.h).

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/command_line.h"
#include "server/server.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

// As `serve` gives them to the server.
ServerOptions server_options(const Arguments& arguments);

// A setting as it holds: its name, its value as a file would say it, and who says so ("default", "FILE:3", "WANAMAKER_LISTEN", "--listen").
struct Held {
  std::string key;
  std::string value;
  std::string from;
};
using Variables = std::function<std::optional<std::string>(const std::string& name)>;
// Fills `arguments` where no flag was given. Errors: the first fault of the file; usage, naming the variable.
Result<std::vector<Held>> settle(Arguments& arguments, const Variables& environment);

// Names of the environment that begin as settings do and are none, each with what may have been meant. A note, no error: others make such
// names too, such as programs that run containers.
std::vector<std::string> unknown_variables(const std::vector<std::string>& names);

// Of the process's own environment, for `serve`; what is unknown there is noted on stderr.
Result<void> settle_serve(Arguments& arguments, Streams streams);

// `config check FILE` and `config show`. nullopt: another command.
std::optional<Result<int>> run_config(const Arguments& arguments, Streams streams);

}  // namespace wanamaker
