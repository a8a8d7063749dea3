#pragma once
// What can be read of a store whose start is refused: its pages, and the commands after them up to the first fault. Key idea: the
// same readers as a start has, without what a start insists on (the mark, and that the log has no end before it). Changes nothing.

#include "store/directory.h"
#include "store/log.h"
#include "store/pages.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace wanamaker {

class Database;

// Single-threaded. Holds the store for its life.
class Remains {
 public:
  // Errors: not_found (no store), conflict (another process holds it), failure (its files are no database any more, or the pages' catalog
  // is damaged).
  static Result<std::unique_ptr<Remains>> open(const std::string& directory);
  ~Remains();
  Remains(const Remains&) = delete;
  Remains& operator=(const Remains&) = delete;

  Pages& pages() { return *pages_; }

  struct End {
    std::uint64_t last_command = 0;      // as far as commands were visited
    std::optional<Error> fault = {};     // what stopped the reading; none where the log ends
  };
  // Calls visit for every command after the pages that can be read without a gap.
  End replay(const std::function<void(Command&&)>& visit);

 private:
  Remains(StoreDirectory directory, std::unique_ptr<Database> database);

  StoreDirectory directory_;  // declared first: the lock goes last
  std::unique_ptr<Database> database_;
  std::unique_ptr<Pages> pages_;
};

}  // namespace wanamaker
