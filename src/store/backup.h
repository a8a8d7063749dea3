#pragma once
// Backups of a store: a directory that holds several, each whole, sharing the files that did not change. Key idea: a restored backup
// is opened and checked beside its target before anything there is touched.
//   DIR/BACKUP   "wanamaker backup\nformat 1\n"
//   DIR/LOCK     locked (flock) while a backup is added
//   DIR/ERASED   the ledger of erasures at the time of the newest backup
//   DIR/ledgers/ the ledger of each backup as it was before it was made, by number: what it has forgotten already
//   DIR/files/   RocksDB's backup engine; each backup carries "sequence checksum hash" of the log as its metadata
// Source: RocksDB's BackupEngine (incremental by shared, checksummed files).

#include "store/store.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wanamaker {

struct BackupInfo {
  std::uint32_t number = 0;
  std::int64_t made_at_s = 0;  // seconds since 1970-01-01T00:00:00Z
  std::uint64_t bytes = 0;     // shared files counted
  ChainLink link = {};         // the place of the log it reaches at least
  std::string fault = {};      // what is damaged; empty: it is whole, as far as was looked
};

inline constexpr std::uint32_t kBackupsKept = 10;

// Adds a backup, while writing goes on; of those there, the newest `keep` stay. Every byte of it is read again before it counts as made,
// since it shares files with older ones that may have been damaged meanwhile. Errors: failure; not_allowed, when the directory holds
// something else, or is in the store or around it; conflict, when another process adds one there.
Result<BackupInfo> back_up(Store& store, const std::string& directory, std::uint32_t keep = kBackupsKept);

// Of each backup, in order of numbers: what it is, and what is damaged. `entries` looks whether its description and files are there,
// `every_byte` reads them. Errors: failure; not_found.
enum class BackupLook : std::uint8_t { entries, every_byte };
Result<std::vector<BackupInfo>> list_backups(const std::string& directory, BackupLook look = BackupLook::entries);

// Reads and checks every byte of a backup (0: the newest) and makes a store of it in `target`, which must not be there yet.
// The ledger of the backup comes along; erasing again what is in newer ledgers is the engine's. Errors: failure, naming the damaged file; not_found.
Result<BackupInfo> restore_files(const std::string& directory, const std::string& target, std::uint32_t number = 0);

}  // namespace wanamaker
