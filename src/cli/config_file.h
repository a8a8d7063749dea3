#pragma once
// A file of settings for `serve`.
//   file    = { line } ;   line = [ key "=" value ] [ "#" comment ] ;   value = word | '"' text '"', with \" and \\ in it

#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace wanamaker {

// What a file says, and everything that is wrong with it, each at its line and column.
struct ConfigFile {
  struct Entry {
    std::string value;
    std::uint32_t line = 0;
    std::uint32_t column = 0;  // of the value
  };
  std::map<std::string, Entry> entries;  // good ones, by key
  std::vector<Error> faults;
};
// Errors: not_found, failure (it cannot be read).
Result<ConfigFile> read_config(const std::string& path);

}  // namespace wanamaker
