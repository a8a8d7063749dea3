#include "live/live_pages.h"

#include "base/bytes.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cstring>

namespace wanamaker {
namespace {

constexpr std::uint8_t kVersion = 1;

std::string name_of_identity(std::string_view identity) {
  const XXH128_hash_t hash = XXH3_128bits(identity.data(), identity.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

// The chunks of one bit a contact: their names, and which of them are there.
struct BitPages {
  std::string prefix;
  const ContactBits& bits;
};

std::vector<BitPages> bit_pages(const LiveImage& image) {
  std::vector<BitPages> all;
  for (std::size_t i = 0; i < image.segments.size(); ++i) all.push_back({fmt::format("{}/member/{}", kLivePages, i), image.segments[i].members});
  for (const auto& [identity, bits] : image.conditions) all.push_back({fmt::format("{}/condition/{}", kLivePages, name_of_identity(identity)), bits});
  return all;
}

void write_chunk_list(ByteWriter& out, const ContactBits& bits) {
  std::vector<std::size_t> there;
  for (std::size_t i = 0; i < bits.chunks().size(); ++i) if (bits.chunks().find(i) != nullptr) there.push_back(i);
  out.varint(there.size());
  for (const std::size_t chunk : there) out.varint(chunk);
}

std::string encode_frame(const LiveImage& image) {
  ByteWriter out;
  out.byte(kVersion);
  out.zigzag(image.settled_at.ms);
  out.zigzag(image.ranked_at.ms);
  out.varint(image.feed.first_chunk());
  out.varint(image.feed.last());
  out.varint(image.segments.size());
  for (const LiveSegment& segment : image.segments) {
    out.text(segment.key);
    out.varint(segment.version);
    out.byte(static_cast<std::uint8_t>((segment.is_deleted ? 1 : 0) | (segment.invalid_since ? 2 : 0)));
    if (segment.invalid_since) out.zigzag(segment.invalid_since->ms);
    write_chunk_list(out, segment.members);
  }
  out.varint(image.conditions.size());
  for (const auto& [identity, bits] : image.conditions) {
    out.text(identity);
    write_chunk_list(out, bits);
  }
  return out.take();
}

std::string encode_bits(const ContactBits::Chunk& chunk) {
  ByteWriter out;
  out.byte(kVersion);
  out.raw({reinterpret_cast<const char*>(chunk.data()), sizeof chunk});
  return out.take();
}

std::unexpected<Error> damaged(std::string_view name, std::string_view what) {
  return fail(ErrorCode::failure, fmt::format("page {} is damaged: {}", name, what), "restore the store from a backup");
}

// Shape: visit(name, chunk is dirty, encode) for every page but the frame.
template <typename Visit>
Result<void> for_each_page(const LiveImage& image, Visit visit) {
  for (const BitPages& pages : bit_pages(image)) {
    const auto& chunks = pages.bits.chunks();
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (chunks.find(i) == nullptr) continue;
      WM_CHECK_OK(visit(fmt::format("{}/{}", pages.prefix, i), chunks.is_dirty(i, 1), [&] { return encode_bits(*chunks.find(i)); }));
    }
  }
  const auto& chunks = image.feed.chunks();
  for (std::size_t i = image.feed.first_chunk(); i < chunks.size(); ++i) {
    if (chunks.find(i) == nullptr) continue;
    WM_CHECK_OK(visit(fmt::format("{}/feed/{}", kLivePages, i), chunks.is_dirty(i, 1), [&] {
      ByteWriter out;
      out.byte(kVersion);
      out.raw(Feed::encode(*chunks.find(i)));
      return out.take();
    }));
  }
  return {};
}

}  // namespace

Result<void> write_live_pages(const LiveImage& image, LivePages which, const std::function<Result<void>(std::string_view, std::string&&)>& out) {
  WM_CHECK_OK(out(kLivePages, encode_frame(image)));
  return for_each_page(image, [&](const std::string& name, bool is_dirty, const auto& encode) -> Result<void> {
    if (which == LivePages::dirty && !is_dirty) return {};
    return out(name, encode());
  });
}

std::vector<std::string> live_page_names(const LiveImage& image) {
  std::vector<std::string> names{std::string(kLivePages)};
  std::ignore = for_each_page(image, [&](const std::string& name, bool, const auto&) -> Result<void> {
    names.push_back(name);
    return {};
  });
  return names;
}

Result<void> LiveLoader::place(std::string_view name, std::string_view bytes) {
  pages_.emplace(name, bytes);
  return {};
}

namespace {

// Takes pages out as they are found, so that what is left was not asked for.
class Reader {
 public:
  explicit Reader(std::map<std::string, std::string, std::less<>>& pages) : pages_(pages) {}

  Result<std::string> take(const std::string& name) {
    const auto found = pages_.find(name);
    if (found == pages_.end()) return damaged(name, "it is missing");
    std::string bytes = std::move(found->second);
    pages_.erase(found);
    if (bytes.empty() || static_cast<std::uint8_t>(bytes[0]) != kVersion) return damaged(name, "it has a version that is not known");
    return bytes.substr(1);
  }

  Result<void> bits(const std::string& prefix, const std::vector<std::uint64_t>& there, ContactBits& to) {
    for (const std::uint64_t index : there) {
      const std::string name = fmt::format("{}/{}", prefix, index);
      WM_TRY(const std::string bytes, take(name));
      auto chunk = std::make_shared<ContactBits::Chunk>();
      if (bytes.size() != sizeof *chunk) return damaged(name, "it has another size");
      std::memcpy(chunk->data(), bytes.data(), bytes.size());
      to.place(index, std::move(chunk));
    }
    to.loaded();
    return {};
  }

 private:
  std::map<std::string, std::string, std::less<>>& pages_;
};

constexpr std::uint64_t kChunksMax = 0x1'0000;  // of contacts: 2^32 / 65,536

std::vector<std::uint64_t> read_chunk_list(ByteReader& in) {
  std::vector<std::uint64_t> there;
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    const std::uint64_t chunk = in.varint();
    if (chunk >= kChunksMax || (!there.empty() && there.back() >= chunk)) in.refuse("chunks are not in order");
    there.push_back(chunk);
  }
  return there;
}

struct Frame {
  LiveImage image;
  std::uint64_t feed_first = 0;
  std::uint64_t feed_last = 0;
  std::vector<std::vector<std::uint64_t>> member_chunks;
  std::vector<std::pair<std::string, std::vector<std::uint64_t>>> conditions;
};

Timestamp read_instant(ByteReader& in) {
  const std::int64_t ms = in.zigzag();
  if (ms < kTimestampMin.ms || ms > kTimestampMax.ms) in.refuse("an instant is out of range");
  return in.ok() ? Timestamp{ms} : kTimestampMin;
}

Result<Frame> decode_frame(std::string_view bytes) {
  ByteReader in(bytes);
  Frame frame;
  frame.image.settled_at = read_instant(in);
  frame.image.ranked_at = read_instant(in);
  frame.feed_first = in.varint();
  frame.feed_last = in.varint();
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    LiveSegment& segment = frame.image.segments.emplace_back();
    segment.key = in.text();
    segment.version = static_cast<std::uint32_t>(in.varint());
    const std::uint8_t flags = in.byte();
    if (flags > 3) in.refuse("a flag of a segment is unknown");
    segment.is_deleted = (flags & 1) != 0;
    if ((flags & 2) != 0) segment.invalid_since = read_instant(in);
    frame.member_chunks.push_back(read_chunk_list(in));
  }
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    std::string identity(in.text());
    frame.conditions.emplace_back(std::move(identity), read_chunk_list(in));
  }
  WM_CHECK_OK(in.finish());
  return frame;
}

}  // namespace

Result<LiveImage> LiveLoader::finish() {
  if (pages_.empty()) return LiveImage{};
  Reader reader(pages_);
  WM_TRY(const std::string bytes, reader.take(std::string(kLivePages)));
  auto decoded = decode_frame(bytes);
  if (!decoded) return damaged(kLivePages, decoded.error().message);
  Frame& frame = *decoded;
  for (std::size_t i = 0; i < frame.image.segments.size(); ++i) {
    WM_CHECK_OK(reader.bits(fmt::format("{}/member/{}", kLivePages, i), frame.member_chunks[i], frame.image.segments[i].members));
  }
  for (const auto& [identity, there] : frame.conditions) {
    WM_CHECK_OK(reader.bits(fmt::format("{}/condition/{}", kLivePages, name_of_identity(identity)), there, frame.image.conditions[identity]));
  }
  if (frame.feed_first > frame.feed_last / Feed::kEntries + 1 || frame.feed_last > std::uint64_t{1} << 48) return damaged(kLivePages, "the feed's numbers do not fit");
  for (std::uint64_t i = frame.feed_first; i * Feed::kEntries < frame.feed_last; ++i) {
    const std::string name = fmt::format("{}/feed/{}", kLivePages, i);
    WM_TRY(const std::string chunk_bytes, reader.take(name));
    auto chunk = Feed::decode(chunk_bytes);
    if (!chunk) return damaged(name, chunk.error().message);
    frame.image.feed.place(i, *std::move(chunk));
  }
  WM_CHECK_OK(frame.image.feed.loaded(frame.feed_first, frame.feed_last));
  if (!pages_.empty()) return damaged(pages_.begin()->first, "it belongs to no segment");
  return std::move(frame.image);
}

}  // namespace wanamaker
