#pragma once
// Commands while a server holds the store: the program that was called asks the server over the socket in the data directory, and the server
// runs the very same command. Key idea: files of imports and definitions are read, and rejects are written, by the program that was called,
// since the server may not see them; everything else is words in, text and an exit code out.
// Parts (server/local_line.h) have signs, which stand below with what is in them.
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

inline constexpr char kSignHello = 'h';     // both ways: the version
inline constexpr char kSignCommand = 'c';   // asked: words
inline constexpr char kSignQuestion = 'i';  // asked: a question of an import (api/remote_import.h)
inline constexpr char kSignAnswer = 'a';    // its answer
inline constexpr char kSignFault = 'f';     // the error in place of one
inline constexpr char kSignOut = 'o';       // text for stdout
inline constexpr char kSignErr = 'e';       // text for stderr
inline constexpr char kSignExit = 'x';      // the exit code, in one byte

// Where a command runs for somebody else.
struct Beside {
  Service& service;
  std::string directory;   // the working directory of whoever asks
  std::string definition;  // what the file has that the command names
};

// Has the conversation of one program that was called; in the server.
void talk(Service& service, LocalLine& line);

// Runs the command in the server that holds the data directory; nothing where none does. One that is starting or ending is waited for,
// but no longer than a second and a half. Errors: those of an import.
std::optional<Result<int>> run_beside_server(const std::vector<std::string>& words, const Arguments& arguments, Streams streams);

}  // namespace wanamaker
