#pragma once
// One record of the log as bytes. Key idea: each record carries the checksum of the one before, so the log is one chain and a
// record that is gone, moved or changed anywhere shows at the next. Its grammar stands in docs/reference/formats.md.

#include "model/commands.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace wanamaker {

inline constexpr std::uint8_t kRecordVersion = 1;
inline constexpr std::size_t kRecordBytesMax = 256U << 20;  // an import of 5,000 rows takes well below 1 MiB

// A place in the chain: the sequence of a record and its checksum. Sequence 0 is the place before the first record.
struct ChainLink {
  std::uint64_t sequence = 0;
  std::uint64_t checksum = 0;
};

std::string encode_sequence(std::uint64_t sequence);
// Errors: failure, when the key is not eight bytes or names no record.
Result<std::uint64_t> decode_sequence(std::string_view key);

struct EncodedRecord {
  std::string value;
  ChainLink link;
};
// The record that follows `before`. Errors: invalid, when the command exceeds a limit.
Result<EncodedRecord> encode_record(const Command& command, ChainLink before);

// A record whose checksum holds. The body is a view into the value.
struct CheckedRecord {
  std::uint8_t kind = 0;
  Timestamp accepted_at;
  std::uint64_t previous_checksum = 0;
  std::string_view body;
  ChainLink link;
};
// Errors: failure, naming the record: a newer version, too short, a wrong checksum.
Result<CheckedRecord> check_record(std::uint64_t sequence, std::string_view value);

// Errors: failure, naming the record: it does not follow `before`, or its body cannot be read.
Result<Command> decode_record(const CheckedRecord& record, ChainLink before);

}  // namespace wanamaker
