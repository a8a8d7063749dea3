#include "api/http/key_rates.h"

#include <algorithm>

namespace wanamaker {

// What has not asked for so long has a full bucket, as one that is new.
void KeyRates::forget_full(Timestamp now) {
  if (now.ms - swept_at_.ms < 60'000) return;
  swept_at_ = now;
  std::erase_if(buckets_, [&](const auto& entry) { return now.ms - entry.second.at.ms > static_cast<std::int64_t>(kBurstSeconds * 1'000); });
}

std::int64_t KeyRates::take(std::string_view key_id, Timestamp now) {
  if (per_second_ == 0) return 0;
  const auto rate = static_cast<std::int64_t>(per_second_);  // tokens a second are thousandths a millisecond
  const auto full = static_cast<std::int64_t>(burst()) * 1'000;
  MutexLock lock(mutex_);
  forget_full(now);
  auto found = buckets_.find(key_id);
  if (found == buckets_.end()) found = buckets_.emplace(key_id, Bucket{.thousandths = full, .at = now}).first;
  Bucket& bucket = found->second;
  const std::int64_t passed = std::clamp<std::int64_t>(now.ms - bucket.at.ms, 0, static_cast<std::int64_t>(kBurstSeconds * 1'000));
  bucket.thousandths = std::min(full, bucket.thousandths + passed * rate);
  bucket.at = std::max(bucket.at, now);
  if (bucket.thousandths < 1'000) return std::max<std::int64_t>(1, (1'000 - bucket.thousandths + rate - 1) / rate);
  bucket.thousandths -= 1'000;
  return 0;
}

}  // namespace wanamaker
