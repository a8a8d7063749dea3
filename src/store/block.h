#pragma once
// One block of the log as bytes: the commands that were made durable by one sync. Key idea: each block carries the checksum of the
// one before, so the log is one chain, and a block that is gone, moved or changed anywhere shows at the next. Commands are numbered
// through all blocks, from 1; a block is named by the sequence of its first command.
// Its grammar stands in docs/reference/formats.md.

#include "model/commands.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace wanamaker {

inline constexpr std::uint8_t kBlockVersion = 2;
inline constexpr std::size_t kBlockBytesMax = 256U << 20;   // an import of 5,000 rows takes well below 1 MiB
inline constexpr std::size_t kBlockCommandsMax = 1U << 16;  // far more than threads that wait for one sync

// A place in the chain: the sequence of a block's last command and the block's checksum. Sequence 0: before the first block.
struct ChainLink {
  std::uint64_t sequence = 0;
  std::uint64_t checksum = 0;
  friend bool operator==(const ChainLink&, const ChainLink&) = default;
};

std::string encode_sequence(std::uint64_t sequence);
// Errors: failure, when the key is not eight bytes or names no command.
Result<std::uint64_t> decode_sequence(std::string_view key);

// A command ready for a block; made without the chain, so that many threads can do it.
struct EncodedCommand {
  std::uint8_t kind = 0;
  Timestamp accepted_at;
  std::string body;
};
// Errors: invalid, when the command exceeds a limit.
Result<EncodedCommand> encode_command(const Command& command);

struct EncodedBlock {
  std::string value;
  ChainLink link;
};
// The block that follows `before`. At least one command, within the limits above.
EncodedBlock encode_block(std::span<const EncodedCommand> commands, ChainLink before);

// A block whose checksum holds. `commands` is a view into the value.
struct CheckedBlock {
  std::uint8_t version = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t count = 0;
  std::uint64_t previous_checksum = 0;
  std::string_view commands;
  ChainLink link;
};
// Errors: failure, naming the block: too short, a wrong checksum; not_allowed: a newer version.
Result<CheckedBlock> check_block(std::uint64_t first_sequence, std::string_view value);

// Errors: failure, naming block and command: it does not follow `before`, or a command is of an unknown kind or cannot be read;
// those of `visit`.
Result<void> decode_block(const CheckedBlock& block, ChainLink before, const std::function<Result<void>(Command&&)>& visit);

}  // namespace wanamaker
