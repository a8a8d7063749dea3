#include "ingest/text_stream.h"

#include "base/check.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace wanamaker {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;

std::string hex(XXH128_hash_t hash) { return fmt::format("{:016x}{:016x}", hash.high64, hash.low64); }

}  // namespace

// Of the text up to `end` in the window; what is consumed goes into it in large pieces, not row by row.
struct TextStream::Hash {
  Hash() : state(XXH3_createState()) { XXH3_128bits_reset(state); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;
  ~Hash() { XXH3_freeState(state); }
  void take_up_to(std::string_view window, std::size_t settled) {
    XXH3_128bits_update(state, window.data() + end, settled - end);
    end = settled;
  }
  XXH3_state_t* state;
  std::size_t end = 0;
};

Result<TextStream> TextStream::open(const std::string& path, Encoding encoding) {
  WM_TRY(auto source, ByteSource::open(path));
  return TextStream(std::move(source), encoding);
}

TextStream::TextStream(std::unique_ptr<ByteSource> source, Encoding encoding)
    : source_(std::move(source)), decoder_(encoding), hash_(std::make_unique<Hash>()), bytes_(kReadBytes) {}
TextStream::TextStream(TextStream&&) noexcept = default;
TextStream& TextStream::operator=(TextStream&&) noexcept = default;
TextStream::~TextStream() = default;

bool TextStream::more() {
  if (at_end_) return false;
  if (settled_ > window_.size() / 2) {
    hash_->take_up_to(window_, settled_);
    hash_->end = 0;
    window_.erase(0, settled_);
    window_offset_ += settled_;
    begin_ -= settled_;
    settled_ = 0;
  }
  const std::size_t before = window_.size();
  while (window_.size() == before) {
    const auto count = source_->read(bytes_.data(), bytes_.size());
    if (!count) failure_ = count.error();
    at_end_ = !count || *count == 0;
    if (at_end_) {
      if (count) decoder_.finish(window_);
      return window_.size() > before;
    }
    decoder_.decode({bytes_.data(), *count}, window_);
  }
  return true;
}

void TextStream::consume(std::size_t size) {
  CHECK(size <= window_.size() - begin_, "only what is available is consumed");
  begin_ += size;
  settled_ = begin_;
}

void TextStream::skip(std::size_t size) {
  CHECK(size <= window_.size() - begin_, "only what is available is skipped");
  begin_ += size;
}

void TextStream::settle() { settled_ = begin_; }

std::string TextStream::prefix_hash() const {
  hash_->take_up_to(window_, settled_);
  return hex(XXH3_128bits_digest(hash_->state));
}

std::string hash_hex(std::string_view text) { return hex(XXH3_128bits(text.data(), text.size())); }

}  // namespace wanamaker
