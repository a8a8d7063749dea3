#pragma once
// Bytes of a record, written and read. Key idea: the reader trusts nothing. Every read is bounds-checked; the first fault sticks,
// later reads give zeros and empty texts, and the caller asks once, at the end (or before it allocates), whether all went well.
//   varint   7 bits a byte, lowest first, high bit set on all but the last; at most 10 bytes
//   zigzag   a signed integer as varint: 0 -1 1 -2 2 … become 0 1 2 3 4 …
//   text     varint length, bytes
// Both classes are single-threaded. Source: Protocol Buffers' wire format (varint, zigzag).

#include "base/result.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace wanamaker {

static_assert(std::endian::native == std::endian::little, "fixed integers are written as the machine keeps them");

class ByteWriter {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void fixed64(std::uint64_t value) { raw({reinterpret_cast<const char*>(&value), sizeof value}); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }
  void zigzag(std::int64_t value) { varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63)); }
  void raw(std::string_view bytes) { bytes_.append(bytes); }
  void text(std::string_view value) {
    varint(value.size());
    raw(value);
  }

  std::string_view view() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  // `bytes` must outlive the reader and every view it hands out.
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), start_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  std::uint8_t byte() {
    if (at_ == end_) return static_cast<std::uint8_t>(cut());
    return static_cast<std::uint8_t>(*at_++);
  }
  std::uint64_t fixed64() {
    std::uint64_t value = 0;
    const std::string_view bytes = raw(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::uint64_t varint() {
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) return static_cast<std::uint8_t>(*at_++);
    return long_varint();
  }
  std::int64_t zigzag() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
  }
  // Empty after a fault.
  std::string_view raw(std::uint64_t size) {
    if (size > remaining()) {
      cut();
      return {};
    }
    const char* start = at_;
    at_ += size;
    return {start, static_cast<std::size_t>(size)};
  }
  std::string_view text() { return raw(varint()); }
  // A number of elements of at least one byte each, so that what is allocated for them is bounded by what is there.
  std::size_t count() {
    const std::uint64_t value = varint();
    if (value <= remaining()) return static_cast<std::size_t>(value);
    return static_cast<std::size_t>(refuse("a count exceeds the bytes that follow"));
  }

  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  bool ok() const { return fault_ == nullptr; }
  // Keeps the first fault, ends the input and returns 0. `fault` is a literal.
  std::uint64_t refuse(const char* fault);
  // Errors: failure, with the first fault and its byte position; also when bytes are left over.
  Result<void> finish() const;

 private:
  std::uint64_t long_varint();
  std::uint64_t cut() { return refuse("the bytes end too early"); }

  const char* at_;
  const char* start_;
  const char* end_;
  const char* fault_ = nullptr;
  std::size_t fault_at_ = 0;
};

}  // namespace wanamaker
