#include "live/feed.h"

#include "base/bytes.h"
#include "base/check.h"

namespace wanamaker {
namespace {

constexpr std::uint8_t kLeft = 1;
constexpr std::uint8_t kSegment = 2;
constexpr std::uint8_t kEffective = 4;
constexpr std::uint8_t kRecorded = 8;
constexpr unsigned kCauseShift = 4;
static_assert(std::size(kCauseNames) <= 16);

void write(ByteWriter& out, const Transition& one, const Transition& before) {
  const bool segment = one.segment != before.segment || one.version != before.version;
  const bool effective = one.effective_at != before.effective_at;
  const bool recorded = one.recorded_at != before.recorded_at;
  out.byte(static_cast<std::uint8_t>((one.turn == Turn::left ? kLeft : 0) | (segment ? kSegment : 0) | (effective ? kEffective : 0) |
                                     (recorded ? kRecorded : 0) | static_cast<unsigned>(one.cause) << kCauseShift));
  if (segment) {
    out.varint(one.segment.value);
    out.varint(one.version);
  }
  if (effective) out.zigzag(one.effective_at.ms - before.effective_at.ms);
  if (recorded) out.zigzag(one.recorded_at.ms - before.recorded_at.ms);
  out.zigzag(std::int64_t{one.contact.value} - std::int64_t{before.contact.value});
}

std::uint32_t read_u32(ByteReader& in) {
  const std::uint64_t value = in.varint();
  if (value > 0xFFFF'FFFF) in.refuse("a number exceeds 32 bits");
  return static_cast<std::uint32_t>(value);
}

Timestamp moved(ByteReader& in, Timestamp before) {
  const std::int64_t ms = static_cast<std::int64_t>(static_cast<std::uint64_t>(before.ms) + static_cast<std::uint64_t>(in.zigzag()));
  if (ms < kTimestampMin.ms || ms > kTimestampMax.ms) in.refuse("an instant is out of range");
  return {ms};
}

Transition read_one(ByteReader& in, const Transition& before) {
  Transition one = before;
  const std::uint8_t what = in.byte();
  if (what >> kCauseShift >= std::size(kCauseNames)) in.refuse("a cause is unknown");
  one.turn = (what & kLeft) != 0 ? Turn::left : Turn::entered;
  one.cause = static_cast<Cause>(what >> kCauseShift);
  if ((what & kSegment) != 0) {
    one.segment = {read_u32(in)};
    one.version = read_u32(in);
  }
  if ((what & kEffective) != 0) one.effective_at = moved(in, before.effective_at);
  if ((what & kRecorded) != 0) one.recorded_at = moved(in, before.recorded_at);
  const std::uint64_t contact = std::uint64_t{before.contact.value} + static_cast<std::uint64_t>(in.zigzag());
  if (contact > 0xFFFF'FFFF) in.refuse("a contact is out of range");
  one.contact = {static_cast<std::uint32_t>(contact)};
  return one;
}

Result<Transition> check_chunk(const Feed::Chunk& chunk) {
  ByteReader in(chunk.bytes);
  Transition one;
  for (std::uint32_t i = 0; i < chunk.count && in.ok(); ++i) one = read_one(in, one);
  WM_CHECK_OK(in.finish());
  return one;
}

}  // namespace

void Feed::append(Transition& transition) {
  if (last_ % kEntries == 0) before_ = {};
  Chunk& chunk = chunks_.writable(last_ / kEntries);
  ByteWriter out;
  write(out, transition, before_);
  chunk.bytes += out.view();
  ++chunk.count;
  transition.number = ++last_;
  before_ = transition;
}

void Feed::read(std::uint64_t after, const std::function<bool(const Transition&)>& visit) const {
  for (std::size_t i = std::max(first_chunk_, static_cast<std::size_t>(after / kEntries)); i < chunks_.size(); ++i) {
    const Chunk* chunk = chunks_.find(i);
    if (chunk == nullptr) return;
    ByteReader in(chunk->bytes);
    Transition one;
    for (std::uint32_t k = 0; k < chunk->count; ++k) {
      one = read_one(in, one);
      one.number = i * kEntries + k + 1;
      if (one.number > after && !visit(one)) return;
    }
    CHECK(in.ok(), "chunks of the feed are checked when they are loaded");
  }
}

void Feed::read_back(const std::function<bool(const Transition&)>& visit) const {
  std::vector<Transition> of_chunk;
  for (std::size_t i = chunks_.size(); i-- > first_chunk_;) {
    of_chunk.clear();
    read(i * kEntries, [&](const Transition& one) {
      if (one.number > (i + 1) * kEntries) return false;
      of_chunk.push_back(one);
      return true;
    });
    for (auto one = of_chunk.rbegin(); one != of_chunk.rend(); ++one) if (!visit(*one)) return;
  }
}

void Feed::keep(std::uint64_t entries) {
  while ((first_chunk_ + 1) * kEntries + entries <= last_) chunks_.drop(first_chunk_++);
}

std::string Feed::encode(const Chunk& chunk) {
  ByteWriter out;
  out.varint(chunk.count);
  out.raw(chunk.bytes);
  return out.take();
}

Result<Feed::Chunk> Feed::decode(std::string_view bytes) {
  ByteReader in(bytes);
  Chunk chunk{.bytes = {}, .count = static_cast<std::uint32_t>(in.count())};
  if (chunk.count > kEntries || chunk.count == 0) in.refuse("a chunk has 1 to 4,096 entries");
  chunk.bytes = in.raw(in.remaining());
  WM_CHECK_OK(in.finish());
  WM_CHECK_OK(check_chunk(chunk));
  return chunk;
}

void Feed::place(std::size_t index, Chunk chunk) { chunks_.place(index, std::make_shared<Chunk>(std::move(chunk))); }

Result<void> Feed::loaded(std::size_t first_chunk, std::uint64_t last) {
  const auto wrong = [](std::string what) { return fail(ErrorCode::failure, std::move(what), "restore the store from a backup"); };
  if (first_chunk > last / kEntries + 1 || chunks_.size() > (last + kEntries - 1) / kEntries) return wrong("the feed has other chunks than its page says");
  first_chunk_ = first_chunk;
  last_ = last;
  for (std::size_t i = first_chunk; i * kEntries < last; ++i) {
    const Chunk* chunk = chunks_.find(i);
    if (chunk == nullptr || i * kEntries + chunk->count != std::min(last, (i + 1) * kEntries)) return wrong("a chunk of the feed is missing or not whole");
    if ((i + 1) * kEntries >= last) {
      WM_TRY(before_, check_chunk(*chunk));
      before_.number = last;
    }
  }
  chunks_.loaded(chunks_.size());
  return {};
}

}  // namespace wanamaker
