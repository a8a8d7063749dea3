#pragma once
// A store: the directory, the log and the pages in it, opened together. Key idea: everything is read and checked before a byte is
// changed. What the mark acknowledged must be there; a store that cannot be written (read-only or full disk) is opened for reading.

#include "store/directory.h"
#include "store/erasures.h"
#include "store/log.h"
#include "store/options.h"
#include "store/pages.h"

#include <memory>
#include <optional>
#include <string>

namespace wanamaker {

class Database;

class Store {
 public:
  enum class Access : std::uint8_t { read_and_write, read_only };

  // Opens or makes the store in `directory` and holds it for its life. With read_only nothing is changed and nothing made.
  // Errors: not_found, read_only and nothing there; not_allowed, when a file or something else than a store is there, or a store of a
  // newer format; conflict, when another process holds it (said at once); failure, when it cannot be read or is damaged.
  static Result<std::unique_ptr<Store>> open(const std::string& directory, const StoreOptions& options = {},
                                             Access access = Access::read_and_write);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Log& log() { return *log_; }
  Pages& pages() { return *pages_; }
  Database& database() { return *database_; }
  const std::string& path() const { return directory_.path(); }
  // Rewriting the files needs room for all of them once more. Errors: failure, when the disk has less.
  Result<void> check_room_to_rewrite() const;
  // The ledger of erasures, read when it is first asked for. The writer's. Errors: failure, when it is gone or damaged.
  Result<Erasures*> erasures();
  // Not in a store of format 1 that is only read.
  bool has_ledger() const { return directory_.content() == StoreDirectory::Content::complete; }
  std::string erasures_path() const { return path() + "/ERASED"; }

 private:
  explicit Store(StoreDirectory directory);
  Result<void> make(const StoreOptions& options);
  Result<void> open_existing(const StoreOptions& options, Access access);
  Result<void> start_writing();

  StoreDirectory directory_;  // declared first: the lock goes last
  std::unique_ptr<Database> database_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<Pages> pages_;
  std::optional<Erasures> erasures_;
};

}  // namespace wanamaker
