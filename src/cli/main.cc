#include "cli/command_line.h"

#include <unistd.h>

#include <csignal>
#include <iostream>

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write, which has its own answer
  std::ios::sync_with_stdio(false);
  const std::vector<std::string> words(argv + 1, argv + argc);
  const int code = wanamaker::run_command_line(words, {.out = std::cout, .err = std::cerr, .err_is_terminal = isatty(STDERR_FILENO) == 1});
  std::cout.flush();
  return code;
}
