// Any bytes as a block of the log, as the body of a command, and as bodies in a block whose checksum is right: no crash; what is read
// can be written again and is then the same; a sound block with another number is refused. The first eight bytes are the block's
// number (the lowest byte first), the ninth and the tenth a command's kind and the size of the first of two bodies.

#include "base/bytes.h"
#include "base/check.h"
#include "store/block.h"
#include "store/command_codec.h"

#include <xxhash.h>

#include <algorithm>
#include <vector>

namespace wanamaker {
namespace {

constexpr std::size_t kBytesMax = 65'536;
constexpr std::uint8_t kSingleVersion = 1;

void read_back(const CommandBody& body) {
  const auto encoded = encode_body(body);
  CHECK(encoded.has_value(), "what was read is within the limits of writing");
  const auto again = decode_body(static_cast<std::uint8_t>(kind_of(body)), *encoded);
  CHECK(again.has_value() && encode_body(*again) == *encoded, "what is written is read as the same");
}

void read_body(std::uint8_t kind, std::string_view bytes) {
  if (const auto body = decode_body(kind, bytes)) read_back(*body);
}

void read_block(const CheckedBlock& block) {
  const ChainLink before{.sequence = block.first_sequence - 1, .checksum = block.previous_checksum};
  std::uint64_t commands = 0;
  const auto decoded = decode_block(block, before, [&](Command&& command) -> Result<void> {
    ++commands;
    read_back(command.body);
    return {};
  });
  CHECK(commands <= block.count && (!decoded || commands == block.count), "a block has as many commands as it says");
  const ChainLink later{.sequence = before.sequence + 1, .checksum = before.checksum};
  const auto other = decode_block(block, later, [](Command&&) -> Result<void> { return {}; });
  CHECK(!other.has_value(), "a block stands in one place of the chain alone");
}

// The bodies in a block of the version that is written, and the first in one of the version before.
void read_forged(std::uint64_t sequence, std::uint8_t kind, std::string_view first, std::string_view second) {
  const auto next_kind = static_cast<std::uint8_t>(kind + 1);
  const std::vector<EncodedCommand> commands{{.kind = kind, .accepted_at = Timestamp{0}, .body = std::string(first)},
                                             {.kind = next_kind, .accepted_at = Timestamp{1}, .body = std::string(second)}};
  const EncodedBlock block = encode_block(commands, {.sequence = sequence - 1, .checksum = sequence});
  const auto checked = check_block(sequence, block.value);
  CHECK(checked.has_value() && checked->link == block.link, "a block that was written is sound");
  CHECK(!check_block(sequence + 1, block.value).has_value(), "the checksum covers the number");
  read_block(*checked);
  ByteWriter rest;
  rest.fixed64(0);
  rest.fixed64(sequence);
  rest.raw(first);
  const std::uint64_t seed = sequence ^ (1ULL << 56) ^ (static_cast<std::uint64_t>(kind) << 48);
  ByteWriter single;
  single.byte(kSingleVersion);
  single.byte(kind);
  single.fixed64(XXH3_64bits_withSeed(rest.view().data(), rest.view().size(), seed));
  single.raw(rest.view());
  const std::string value = single.take();
  const auto old = check_block(sequence, value);
  CHECK(old.has_value() && old->count == 1, "a block of the version before is still read");
  read_block(*old);
}

}  // namespace
}  // namespace wanamaker

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace wanamaker;
  if (size < 10 || size > kBytesMax) return 0;
  const std::string_view all(reinterpret_cast<const char*>(bytes), size);
  const std::uint64_t sequence = 1 + (ByteReader(all).fixed64() >> 2);  // sums with the numbers of its commands do not run over
  if (const auto block = check_block(sequence, all.substr(8))) read_block(*block);
  const std::string_view bodies = all.substr(10);
  const std::size_t first = std::min<std::size_t>(bytes[9], bodies.size());
  read_body(bytes[8], bodies);
  read_forged(sequence, bytes[8], bodies.substr(0, bytes[9] == 255 ? bodies.size() : first), bodies.substr(first));
  return 0;
}
