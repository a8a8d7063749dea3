#pragma once
// The log: every accepted command in order, and the only durable truth. Key idea: the log is a chain. Each record carries the
// checksum of the one before it and has the next number, so a record that is gone, changed or moved is found and named at replay,
// and nothing is skipped silently. This header is the seam: the key-value store below is seen by log.cc alone.
// The layout of the directory stands in store/directory.h, the grammar of the records in docs/reference/formats.md.

#include "base/result.h"
#include "model/commands.h"
#include "store/options.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace wanamaker {

// Single-threaded: one writer owns it.
class Log {
 public:
  // Opens or makes the store in `directory` and holds it for its life.
  // Errors: not_allowed, when a file or something else than a store is there, or a store of a newer format; conflict, when another
  // process holds it (said at once); failure, when the directory cannot be read or written, or records are damaged.
  static Result<std::unique_ptr<Log>> open(const std::string& directory, const StoreOptions& options = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Adds one record, durable when this returns.
  // Errors: invalid, when the command exceeds a limit (the log is as before); failure, when it could not be written: from then on
  // every append fails and says why, since it is not known how much reached the disk.
  Result<void> append(const Command& command);

  // Calls visit(Command&&) for every record in order. Errors: those of `visit`; failure, naming the record that is damaged, missing
  // or of an unknown kind; not_allowed, when it has a newer format.
  Result<void> replay(const std::function<Result<void>(Command&&)>& visit);

  std::uint64_t records() const;

 private:
  struct Parts;
  explicit Log(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace wanamaker
