#pragma once
// Looks at the files of a store: all of them good (verify), or which is not and where (doctor). Changes nothing.

#include "store/store.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wanamaker {

// Reads every byte of the table files and checks it, also what no start reads. Errors: failure, naming file and offset.
Result<void> verify_files(Store& store);

struct Inspection {
  struct File {
    std::string name;  // within the directory
    std::uint64_t bytes = 0;
    std::string fault = {};  // empty: good, or nothing that could be checked
  };
  std::vector<File> files;
  std::string pages;  // in words: how many, up to which command, the first that is damaged
  std::string log;    // in words: how far it can be read, against the mark
};
// Errors: not_found, when there is no store; conflict, when another process holds it.
Result<Inspection> inspect(const std::string& directory);

// The machine's own file system, for files outside a store that is open.
rocksdb::FileSystem& machine_files();

}  // namespace wanamaker
