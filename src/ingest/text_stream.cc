#include "ingest/text_stream.h"

#include "base/check.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace wanamaker {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;

std::string hex(XXH128_hash_t hash) { return fmt::format("{:016x}{:016x}", hash.high64, hash.low64); }

}  // namespace

struct TextStream::Hash {
  Hash() : state(XXH3_createState()) { XXH3_128bits_reset(state); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;
  ~Hash() { XXH3_freeState(state); }
  XXH3_state_t* state;
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
  if (begin_ > window_.size() / 2) {
    window_.erase(0, begin_);
    begin_ = 0;
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
  settle();
  XXH3_128bits_update(hash_->state, window_.data() + begin_, size);
  begin_ += size;
  offset_ += size;
}

void TextStream::skip(std::size_t size) {
  CHECK(size <= window_.size() - begin_, "only what is available is skipped");
  skipped_.append(window_, begin_, size);
  begin_ += size;
}

void TextStream::settle() {
  XXH3_128bits_update(hash_->state, skipped_.data(), skipped_.size());
  offset_ += skipped_.size();
  skipped_.clear();
}

std::string TextStream::prefix_hash() const { return hex(XXH3_128bits_digest(hash_->state)); }

std::string hash_hex(std::string_view text) { return hex(XXH3_128bits(text.data(), text.size())); }

}  // namespace wanamaker
