#pragma once
// The bytes of a file, in pieces; a gzip file (known by its first two bytes, whatever its name) is unpacked on the way.
// Several gzip members one after another are one text, as gzip -d has it. Single-threaded.

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <string>

namespace wanamaker {

class ByteSource {
 public:
  // Errors: not_found (no such file), invalid (a directory), failure (cannot be read).
  static Result<std::unique_ptr<ByteSource>> open(const std::string& path);
  virtual ~ByteSource() = default;

  // Bytes written to `buffer`, 0 at the end. Errors: failure (reading), invalid (broken or cut gzip).
  virtual Result<std::size_t> read(char* buffer, std::size_t size) = 0;
  virtual std::uint64_t bytes_read() const = 0;   // of the file as it lies on disk
  virtual std::uint64_t bytes_total() const = 0;
  virtual bool is_gzip() const = 0;
};

}  // namespace wanamaker
