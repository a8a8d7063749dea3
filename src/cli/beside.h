#pragma once
// Commands while a server holds the store: the program that was called asks the server over the socket in the data directory, and the server
// runs the very same command. Key idea: files of imports and definitions are read, and rejects are written, by the program that was called,
// since the server may not see them; everything else is words in, text and an exit code out.
//   asked:    h version · c words (below) · i question of an import (api/remote_import.h)
//   answered: h version · o text for stdout · e text for stderr · x exit code · a answer · f error
//   words    = directory (text), definition (text), number of words (varint), each (text)

#include "api/http/service.h"
#include "cli/arguments.h"
#include "cli/command_line.h"
#include "server/local_line.h"

#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

inline constexpr int kExitUnreachable = 7;  // the server, or what it can do

// Where a command runs for somebody else.
struct Beside {
  Service& service;
  std::string directory;   // the working directory of whoever asks
  std::string definition;  // what the file has that the command names
};

// Has the conversation of one program that was called; in the server.
void talk(Service& service, LocalLine& line);

// Runs the command in the server that holds the data directory; nothing where none does. Errors: those of an import.
std::optional<Result<int>> run_beside_server(const std::vector<std::string>& words, const Arguments& arguments, Streams streams);

}  // namespace wanamaker
