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
  if (std::cout.good() || code != 0) return code;
  std::cerr << "wanamaker: error: the output cannot be written\nhint: what stands there is not whole; make room where it goes, then ask again\n";
  return 1;
}
