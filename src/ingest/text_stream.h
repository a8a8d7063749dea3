#pragma once
// The decoded text of a file as a window that slides forward, and the hash of all that has been consumed. Readers look at
// what is available, ask for more where a row is not complete, and consume row by row; so `prefix_hash` after a row is the
// hash of the file up to the end of that row. Single-threaded.

#include "base/result.h"
#include "ingest/byte_source.h"
#include "ingest/encoding.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class TextStream {
 public:
  static Result<TextStream> open(const std::string& path, Encoding encoding);
  TextStream(TextStream&&) noexcept;
  TextStream& operator=(TextStream&&) noexcept;
  ~TextStream();

  std::string_view available() const { return {window_.data() + begin_, window_.size() - begin_}; }
  // Makes more text available. False at the end, and when reading failed: then failure() says why. Views become invalid.
  bool more();
  const std::optional<Error>& failure() const { return failure_; }
  // Takes text off the front. What is skipped counts as consumed only once something behind it is, or settle() is called:
  // so after the last row the blank lines of the file's end do not count.
  void consume(std::size_t size);
  void skip(std::size_t size);
  void settle();

  std::uint64_t offset() const { return window_offset_ + settled_; }  // decoded bytes consumed
  std::string prefix_hash() const;                                    // XXH3-128 of these, 32 hexadecimal digits
  const ByteSource& source() const { return *source_; }

 private:
  struct Hash;
  TextStream(std::unique_ptr<ByteSource> source, Encoding encoding);

  std::unique_ptr<ByteSource> source_;
  Decoder decoder_;
  std::unique_ptr<Hash> hash_;
  std::vector<char> bytes_;
  std::string window_;
  std::size_t settled_ = 0;            // the end of what is consumed
  std::size_t begin_ = 0;              // … and of what is skipped behind it
  std::uint64_t window_offset_ = 0;    // decoded bytes before the window
  bool at_end_ = false;
  std::optional<Error> failure_;
};

// XXH3-128 of a text, as 32 hexadecimal digits.
std::string hash_hex(std::string_view text);

}  // namespace wanamaker
