#include "store/record.h"

#include "base/bytes.h"
#include "store/command_codec.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace wanamaker {
namespace {

constexpr std::size_t kChecksummedFrom = 10;  // version, kind and checksum stand before
constexpr std::size_t kHeaderBytes = 26;
constexpr const char* kDamagedHint =
    "the records before it are intact; restore the store from a backup, or keep a copy of its directory before you try anything else";

// Version, kind and sequence enter as the seed: a record that is moved, or changed in its first bytes, does not match either.
std::uint64_t checksum_of(std::uint64_t sequence, std::uint8_t version, std::uint8_t kind, std::string_view checksummed) {
  const std::uint64_t seed = sequence ^ (static_cast<std::uint64_t>(version) << 56) ^ (static_cast<std::uint64_t>(kind) << 48);
  return XXH3_64bits_withSeed(checksummed.data(), checksummed.size(), seed);
}

std::unexpected<Error> damaged(std::uint64_t sequence, std::string_view what) {
  return fail(ErrorCode::failure, fmt::format("record {} of the log is damaged: {}", sequence, what), kDamagedHint);
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

Result<EncodedRecord> encode_record(const Command& command, ChainLink before) {
  WM_TRY(const std::string body, encode_body(command.body));
  if (body.size() > kRecordBytesMax - kHeaderBytes) {
    return fail(ErrorCode::invalid,
                fmt::format("a command takes {} bytes; a record has at most {}", body.size(), kRecordBytesMax - kHeaderBytes),
                "split it into smaller ones");
  }
  const auto kind = static_cast<std::uint8_t>(kind_of(command.body));
  ByteWriter checksummed;
  checksummed.fixed64(static_cast<std::uint64_t>(command.accepted_at.ms));
  checksummed.fixed64(before.checksum);
  checksummed.raw(body);
  const ChainLink link{.sequence = before.sequence + 1,
                       .checksum = checksum_of(before.sequence + 1, kRecordVersion, kind, checksummed.view())};
  ByteWriter value;
  value.byte(kRecordVersion);
  value.byte(kind);
  value.fixed64(link.checksum);
  value.raw(checksummed.view());
  return EncodedRecord{.value = value.take(), .link = link};
}

Result<CheckedRecord> check_record(std::uint64_t sequence, std::string_view value) {
  if (value.size() < kHeaderBytes) return damaged(sequence, fmt::format("it has {} bytes, fewer than its header", value.size()));
  ByteReader in(value);
  const std::uint8_t version = in.byte();
  const std::uint8_t kind = in.byte();
  const std::uint64_t checksum = in.fixed64();
  if (checksum != checksum_of(sequence, version, kind, value.substr(kChecksummedFrom)))
    return damaged(sequence, "its checksum does not match");
  if (version != kRecordVersion) {
    return fail(ErrorCode::not_allowed,
                fmt::format("record {} of the log has format {}; this version reads format {}", sequence, version, kRecordVersion),
                "open the store with a newer wanamaker");
  }
  CheckedRecord record{
      .kind = kind, .accepted_at = {}, .previous_checksum = 0, .body = {}, .link = {.sequence = sequence, .checksum = checksum}};
  record.accepted_at = Timestamp{static_cast<std::int64_t>(in.fixed64())};
  record.previous_checksum = in.fixed64();
  record.body = in.raw(in.remaining());
  return record;
}

Result<Command> decode_record(const CheckedRecord& record, ChainLink before) {
  if (record.link.sequence != before.sequence + 1) {
    return damaged(before.sequence + 1, fmt::format("it is missing; the next one that is there is {}", record.link.sequence));
  }
  if (record.previous_checksum != before.checksum) return damaged(record.link.sequence, "it does not continue the record before it");
  Result<CommandBody> body = decode_body(record.kind, record.body);
  if (body) return Command{.accepted_at = record.accepted_at, .body = *std::move(body)};
  Error error = std::move(body).error();
  error.message = fmt::format("record {} of the log cannot be read: {}", record.link.sequence, error.message);
  if (error.hint.empty()) error.hint = kDamagedHint;
  return fail(std::move(error));
}

}  // namespace wanamaker
