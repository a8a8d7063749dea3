#pragma once
// Keeping a store well: figures, verification, restoring.

#include "api/workspace.h"
#include "store/backup.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wanamaker {

// Contacts, events, records of the log and its tail, pages, bytes on disk.
Result<Json> stats_json(Workspace& workspace);
std::string stats_text(const Json& stats);

struct VerifyReport {
  struct Check {
    std::string what;                 // "files: every checksum"
    std::vector<std::string> faults;  // empty: it holds
  };
  std::vector<Check> checks;
  std::uint64_t state_hash = 0;
  bool holds() const;
  Json to_json() const;
  std::string to_text() const;
};
// Bytes: every checksum. Meaning: every rule of the base, and each saved segment decided by sweep and by probe.
// Nothing is changed. Errors: those of opening the store; a fault of meaning is in the report.
Result<VerifyReport> verify_store(const std::string& directory, Timestamp now);

struct RestoreOptions {
  std::string from;          // directory of backups
  std::string to;            // data directory
  std::uint32_t number = 0;  // 0: the newest
  bool replaces = false;     // a store at `to` is moved aside
  std::string erasures = {}; // a further ledger of erasures
};
struct RestoreReport {
  BackupInfo backup;
  std::uint64_t contacts = 0;
  std::uint64_t erased_again = 0;  // contacts that were erased after the backup was made
  std::uint64_t webhooks_paused = 0;  // that were active; all sessions of users are over
  std::string moved_aside = {};    // where the replaced store is now
};
// Everything is read, checked and erased again beside the target before anything there is touched.
// Errors: not_found, not_allowed (the target is not empty), conflict (another process holds it), failure (damage, named).
Result<RestoreReport> restore_store(const RestoreOptions& options, Timestamp now);

}  // namespace wanamaker
