#pragma once
// What can still be read of a store that does not open, as a new store. Key idea: the pages are one picture and the log a chain, so
// what is kept is the state as of a command: the last one that can be read without a gap. Nothing is guessed, and nothing at the
// damaged place is changed. Where a page is damaged nothing can be kept: what the log says after it means nothing without it.

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace wanamaker {

struct SalvageReport {
  std::uint64_t last_command = 0;                   // the new store stands for the commands up to this one
  std::optional<std::uint64_t> acknowledged = {};   // how many there were, where the mark can be read
  std::optional<Error> stopped_by = {};             // why the log could not be read further
  std::uint64_t contacts = 0;
  std::uint64_t erased_again = 0;                   // of which the ledger says that a lost command erased them
  bool has_ledger = false;                          // of erasures; without it a new one begins, and nobody is forgotten again
};

// `to` must be empty or not there. Durable when it returns. Errors: not_found (no store), not_allowed (`to` is not empty), usage (`to` lies in `from`), conflict
// (another process holds `from`), failure (pages that cannot be read, named; the new place cannot be written).
Result<SalvageReport> salvage(const std::string& from, const std::string& to);

}  // namespace wanamaker
