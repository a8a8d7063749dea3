#include "engine/forgotten_messages.h"

#include "base/bytes.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace wanamaker {

ForgottenMessages::Hash ForgottenMessages::hash_of(std::string_view message_id) {
  std::array<unsigned char, sizeof(Hash)> bytes{};
  crypto_generichash(bytes.data(), bytes.size(), reinterpret_cast<const unsigned char*>(message_id.data()), message_id.size(), nullptr, 0);
  Hash hash{};
  for (std::size_t i = 0; i < bytes.size(); ++i) hash[i / 8] |= std::uint64_t{bytes[i]} << (i % 8 * 8);
  return hash;
}

bool ForgottenMessages::contains(std::string_view message_id) const { return !hashes_.empty() && hashes_.contains(hash_of(message_id)); }

void ForgottenMessages::add(std::string_view message_id, Timestamp at) { add(hash_of(message_id), at); }

// A clock that stepped back keeps them the longer: entries stay in order.
void ForgottenMessages::add(const Hash& hash, Timestamp at) {
  if (!hashes_.insert(hash).second) return;
  by_time_.push_back({hash, by_time_.empty() ? at : std::max(at, by_time_.back().at)});
  if (by_time_.size() > limits_.ids_max) drop_oldest();
}

void ForgottenMessages::drop_oldest() {
  hashes_.erase(by_time_.front().hash);
  by_time_.pop_front();
}

void ForgottenMessages::expire(Timestamp now) {
  while (!by_time_.empty() && now.ms - by_time_.front().at.ms > limits_.kept_ms) drop_oldest();
}

std::string ForgottenMessages::encode() const {
  ByteWriter out;
  out.varint(by_time_.size());
  for (const Entry& entry : by_time_) {
    for (const std::uint64_t half : entry.hash) out.varint(half);
    out.varint(static_cast<std::uint64_t>(entry.at.ms - kTimestampMin.ms));
  }
  return out.take();
}

Result<ForgottenMessages> ForgottenMessages::decode(std::string_view bytes, Limits limits) {
  ByteReader in(bytes);
  ForgottenMessages messages(limits);
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    Hash hash{};
    for (std::uint64_t& half : hash) half = in.varint();
    const std::uint64_t after = in.varint();
    if (after > static_cast<std::uint64_t>(kTimestampMax.ms - kTimestampMin.ms)) in.refuse("an instant is none");
    if (in.ok()) messages.add(hash, {kTimestampMin.ms + static_cast<std::int64_t>(after)});
  }
  WM_CHECK_OK(in.finish());
  return messages;
}

}  // namespace wanamaker
