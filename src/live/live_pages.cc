#include "live/live_pages.h"

#include "base/bytes.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace wanamaker {
namespace {

constexpr std::uint8_t kVersion = 1;

std::string name_of_identity(std::string_view identity) {
  const XXH128_hash_t hash = XXH3_128bits(identity.data(), identity.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

// The pages of one condition, as they were loaded or in rows.
class ConditionPages {
 public:
  ConditionPages(const std::string& identity, const ContactBits& loaded) : identity_(identity), loaded_(&loaded) {}
  ConditionPages(const std::string& identity, ConditionNumber number, const ConditionBits& rows) : identity_(identity), number_(number), rows_(&rows) {}

  const std::string& identity() const { return identity_; }
  ConditionNumber number() const { return number_; }
  bool is_in_rows() const { return rows_ != nullptr; }
  std::size_t shards() const { return rows_ != nullptr ? rows_->shards() : loaded_->chunks().size(); }
  // Where no bit is set there is none.
  bool has(std::size_t shard) const {
    if (shard >= shards()) return false;
    if (rows_ != nullptr) return rows_->has_page(number_, shard);
    const ContactBits::Chunk* chunk = loaded_->chunks().find(shard);
    return chunk != nullptr && std::ranges::any_of(*chunk, [](std::uint64_t word) { return word != 0; });
  }
  bool is_dirty(std::size_t shard) const { return rows_ != nullptr ? rows_->is_dirty(number_, shard) : loaded_->chunks().is_dirty(shard, 1); }
  const ContactBits::Chunk& loaded(std::size_t shard) const { return *loaded_->chunks().find(shard); }

 private:
  std::string identity_;
  ConditionNumber number_ = {};
  const ContactBits* loaded_ = nullptr;
  const ConditionBits* rows_ = nullptr;
};

// By identity.
std::vector<ConditionPages> condition_pages(const LiveImage& image) {
  std::vector<ConditionPages> all;
  for (const auto& [identity, bits] : image.loaded) all.emplace_back(identity, bits);
  for (const auto& [identity, number] : image.conditions) all.emplace_back(identity, number, image.rows);
  std::ranges::sort(all, {}, &ConditionPages::identity);
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
  const std::vector<ConditionPages> conditions = condition_pages(image);
  out.varint(conditions.size());
  for (const ConditionPages& pages : conditions) {
    out.text(pages.identity());
    std::vector<std::size_t> there;
    for (std::size_t i = 0; i < pages.shards(); ++i) if (pages.has(i)) there.push_back(i);
    out.varint(there.size());
    for (const std::size_t shard : there) out.varint(shard);
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

// Shape: visit(name, is dirty, encode). Shard by shard: rows become columns for many conditions at once.
template <typename Visit>
Result<void> for_each_condition_page(const LiveImage& image, Visit visit) {
  const std::vector<ConditionPages> all = condition_pages(image);
  std::size_t shards = 0;
  for (const ConditionPages& pages : all) shards = std::max(shards, pages.shards());
  for (std::size_t shard = 0; shard < shards; ++shard) {
    std::map<std::size_t, std::vector<ConditionBits::Column>> columns;  // by groups of 64 conditions
    for (const ConditionPages& pages : all) {
      if (!pages.has(shard)) continue;
      const auto encode = [&] {
        if (!pages.is_in_rows()) return encode_bits(pages.loaded(shard));
        const std::size_t group = pages.number().value / 64;
        const auto known = columns.try_emplace(group).first;
        if (known->second.empty()) known->second = image.rows.columns(group, shard);
        return encode_bits(known->second[pages.number().value % 64]);
      };
      WM_CHECK_OK(visit(fmt::format("{}/condition/{}/{}", kLivePages, name_of_identity(pages.identity()), shard), pages.is_dirty(shard), encode));
    }
  }
  return {};
}

// Shape: visit(name, is dirty, encode) for every page but the frame.
template <typename Visit>
Result<void> for_each_page(const LiveImage& image, Visit visit) {
  for (std::size_t number = 0; number < image.segments.size(); ++number) {
    const auto& chunks = image.segments[number].members.chunks();
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (chunks.find(i) == nullptr) continue;
      WM_CHECK_OK(visit(fmt::format("{}/member/{}/{}", kLivePages, number, i), chunks.is_dirty(i, 1), [&] { return encode_bits(*chunks.find(i)); }));
    }
  }
  WM_CHECK_OK(for_each_condition_page(image, visit));
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
    WM_CHECK_OK(reader.bits(fmt::format("{}/condition/{}", kLivePages, name_of_identity(identity)), there, frame.image.loaded[identity]));
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
