#include "store/block.h"

#include "base/bytes.h"
#include "base/check.h"
#include "store/command_codec.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace wanamaker {
namespace {

constexpr std::uint8_t kSingleVersion = 1;    // format 1: a block of one command, its kind beside the version
constexpr std::size_t kBlockHeaderBytes = 9;  // version and checksum
constexpr const char* kDamagedHint =
    "what stands before it is intact; see what can be read with: wanamaker doctor; or restore a backup";

// Version and sequence enter as the seed: a block that is moved, or changed in its first byte, does not match either.
std::uint64_t checksum_of(std::uint64_t sequence, std::uint8_t version, std::uint8_t kind, std::string_view checksummed) {
  const std::uint64_t seed = sequence ^ (static_cast<std::uint64_t>(version) << 56) ^ (static_cast<std::uint64_t>(kind) << 48);
  return XXH3_64bits_withSeed(checksummed.data(), checksummed.size(), seed);
}

std::unexpected<Error> damaged(std::uint64_t sequence, std::string_view what) {
  return fail(ErrorCode::failure, fmt::format("the log is damaged at record {}: {}", sequence, what), kDamagedHint);
}

// Format 1: version:u8(1) kind:u8 checksum:u64 accepted_at:u64 previous_checksum:u64 body. Read as a block of one command.
Result<CheckedBlock> check_single(std::uint64_t sequence, std::string_view value) {
  ByteReader in(value);
  in.byte();
  const std::uint8_t kind = in.byte();
  const std::uint64_t checksum = in.fixed64();
  const std::string_view checksummed = value.substr(value.size() - in.remaining());
  in.fixed64();
  const std::uint64_t previous = in.fixed64();
  if (!in.ok()) return damaged(sequence, fmt::format("it has {} bytes, fewer than its header", value.size()));
  if (checksum != checksum_of(sequence, kSingleVersion, kind, checksummed)) return damaged(sequence, "its checksum does not match");
  return CheckedBlock{.version = kSingleVersion,
                      .first_sequence = sequence,
                      .count = 1,
                      .previous_checksum = previous,
                      .commands = value,
                      .link = {.sequence = sequence, .checksum = checksum}};
}

struct RawCommand {
  std::uint8_t kind = 0;
  Timestamp accepted_at;
  std::string_view body;
};

RawCommand read_single(ByteReader& in) {
  RawCommand command;
  in.byte();
  command.kind = in.byte();
  in.fixed64();
  command.accepted_at = Timestamp{static_cast<std::int64_t>(in.fixed64())};
  in.fixed64();
  command.body = in.raw(in.remaining());
  return command;
}

RawCommand read_command(ByteReader& in) {
  RawCommand command;
  command.kind = in.byte();
  command.accepted_at = Timestamp{static_cast<std::int64_t>(in.fixed64())};
  command.body = in.text();
  return command;
}

}  // namespace

std::string encode_sequence(std::uint64_t sequence) {
  std::string key(sizeof sequence, '\0');
  for (std::size_t i = key.size(); i-- > 0; sequence >>= 8) key[i] = static_cast<char>(sequence & 0xFF);
  return key;
}

Result<std::uint64_t> decode_sequence(std::string_view key) {
  std::uint64_t sequence = 0;
  for (const char byte : key) sequence = (sequence << 8) | static_cast<std::uint8_t>(byte);
  if (key.size() == sizeof sequence && sequence != 0) return sequence;
  return fail(ErrorCode::failure, fmt::format("the log holds a key of {} bytes that names no record", key.size()), kDamagedHint);
}

Result<EncodedCommand> encode_command(const Command& command) {
  WM_TRY(std::string body, encode_body(command.body));
  if (body.size() > kBlockBytesMax / 2) {
    return fail(ErrorCode::invalid, fmt::format("a command takes {} bytes; at most {} are allowed", body.size(), kBlockBytesMax / 2),
                "split it into smaller ones");
  }
  return EncodedCommand{
      .kind = static_cast<std::uint8_t>(kind_of(command.body)), .accepted_at = command.accepted_at, .body = std::move(body)};
}

EncodedBlock encode_block(std::span<const EncodedCommand> commands, ChainLink before) {
  CHECK(!commands.empty() && commands.size() <= kBlockCommandsMax, "a block has one command at least and not too many");
  ByteWriter checksummed;
  checksummed.fixed64(before.checksum);
  checksummed.varint(commands.size());
  for (const EncodedCommand& command : commands) {
    checksummed.byte(command.kind);
    checksummed.fixed64(static_cast<std::uint64_t>(command.accepted_at.ms));
    checksummed.text(command.body);
  }
  const std::uint64_t first = before.sequence + 1;
  const ChainLink link{.sequence = before.sequence + commands.size(),
                       .checksum = checksum_of(first, kBlockVersion, 0, checksummed.view())};
  ByteWriter value;
  value.byte(kBlockVersion);
  value.fixed64(link.checksum);
  value.raw(checksummed.view());
  return EncodedBlock{.value = value.take(), .link = link};
}

Result<CheckedBlock> check_block(std::uint64_t first_sequence, std::string_view value) {
  if (value.size() < kBlockHeaderBytes) {
    return damaged(first_sequence, fmt::format("it has {} bytes, fewer than its header", value.size()));
  }
  if (static_cast<std::uint8_t>(value[0]) == kSingleVersion) return check_single(first_sequence, value);
  ByteReader in(value);
  CheckedBlock block;
  block.version = in.byte();
  block.first_sequence = first_sequence;
  block.link.checksum = in.fixed64();
  if (block.link.checksum != checksum_of(first_sequence, block.version, 0, value.substr(kBlockHeaderBytes))) {
    return damaged(first_sequence, "its checksum does not match");
  }
  if (block.version != kBlockVersion) {
    return fail(ErrorCode::not_allowed,
                fmt::format("record {} of the log has format {}; this version reads up to {}", first_sequence, block.version, kBlockVersion),
                "open the store with a newer wanamaker");
  }
  block.previous_checksum = in.fixed64();
  block.count = in.varint();
  block.commands = in.raw(in.remaining());
  if (!in.ok() || block.count == 0 || block.count > kBlockCommandsMax) return damaged(first_sequence, "its header cannot be read");
  block.link.sequence = first_sequence + block.count - 1;
  return block;
}

Result<void> decode_block(const CheckedBlock& block, ChainLink before, const std::function<Result<void>(Command&&)>& visit) {
  if (block.first_sequence != before.sequence + 1) {
    return damaged(before.sequence + 1, fmt::format("it is missing; the next one that is there is {}", block.first_sequence));
  }
  if (block.previous_checksum != before.checksum) return damaged(block.first_sequence, "it does not continue the record before it");
  ByteReader in(block.commands);
  for (std::uint64_t i = 0; i < block.count; ++i) {
    const RawCommand raw = block.version == kSingleVersion ? read_single(in) : read_command(in);
    if (!in.ok()) return damaged(block.first_sequence + i, "its bytes end too early");
    Result<CommandBody> body = decode_body(raw.kind, raw.body);
    if (!body) {
      Error error = std::move(body).error();
      error.message = fmt::format("record {} of the log cannot be read: {}", block.first_sequence + i, error.message);
      if (error.hint.empty()) error.hint = kDamagedHint;
      return fail(std::move(error));
    }
    WM_CHECK_OK(visit(Command{.accepted_at = raw.accepted_at, .body = *std::move(body)}));
  }
  if (in.remaining() != 0) return damaged(block.first_sequence, "bytes are left over");
  return {};
}

}  // namespace wanamaker
