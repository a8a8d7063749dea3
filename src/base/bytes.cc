#include "base/bytes.h"

#include <fmt/format.h>

namespace wanamaker {

std::uint64_t ByteReader::refuse(const char* fault) {
  if (fault_ == nullptr) {
    fault_ = fault;
    fault_at_ = static_cast<std::size_t>(at_ - start_);
  }
  at_ = end_;
  return 0;
}

Result<void> ByteReader::finish() const {
  if (fault_ != nullptr) return fail(ErrorCode::failure, fmt::format("{}, at byte {}", fault_, fault_at_));
  if (at_ != end_) return fail(ErrorCode::failure, fmt::format("{} bytes are left over at its end", remaining()));
  return {};
}

std::uint64_t ByteReader::long_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    if (shift == 63 && next > 1) return refuse("an integer exceeds 64 bits");
    value |= static_cast<std::uint64_t>(next & 0x7F) << shift;
    if (next < 0x80) return ok() ? value : 0;
  }
  return refuse("an integer exceeds 64 bits");
}

}  // namespace wanamaker
