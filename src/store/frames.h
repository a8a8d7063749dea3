#pragma once
// Where a file of RocksDB's log format (its write-ahead logs and manifests) is damaged. RocksDB stops reading such a file at the
// first fault and does not say where; we look ourselves, to name file and offset. Read only; nothing is decided here.
//   file   = { block of 32 KiB }                   block = { record } [ fewer than 7 bytes of zeros ]
//   record = crc32c:u32 size:u16 kind:u8 payload   crc32c masked, over kind and payload; kinds 1 full, 2 first, 3 middle, 4 last
// Source: RocksDB's description of its write-ahead log file format; LevelDB's log format, from which it comes.

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

// Offset of the first record that is cut or whose checksum does not match; nullopt where all records are whole.
// Cost: some 0.4 GB/s.
std::optional<std::uint64_t> first_fault(std::string_view bytes);

// Where a write-ahead log repeats what was before, itself or an older one: each record begins with the number of its first write (u64) and
// how many it holds (u32), and these only grow. RocksDB ends the process where they do not. Looks no further than a file's first fault.
// "FILE repeats older records at offset N"; empty where none does. Cost: reads all write-ahead logs.
std::string describe_repetition(const std::string& directory);

// "FILE is damaged at offset N" for CURRENT when it names no manifest that is there, or for the first damaged manifest or write-ahead
// log in the directory; empty where none is.
std::string describe_damage(const std::string& directory);

}  // namespace wanamaker
