#pragma once
// How often a key or user may ask: a bucket of tokens each, which fills evenly. Key idea: it is looked at before a request waits for a
// worker, so one that asks without end is turned away cheaply and takes no place that another needs. In memory alone; who does not ask for
// as long as a bucket takes to fill is forgotten. Thread-safe.

#include "base/mutex.h"
#include "base/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace wanamaker {

class KeyRates {
 public:
  static constexpr std::uint64_t kPerSecond = 2'000;
  static constexpr std::uint64_t kBurstSeconds = 2;  // as many requests of so long may come at once

  // `per_second`: 0 for no limit.
  explicit KeyRates(std::uint64_t per_second) : per_second_(per_second) {}

  std::uint64_t per_second() const { return per_second_; }
  std::uint64_t burst() const { return per_second_ * kBurstSeconds; }
  // Takes a token; how many milliseconds to wait where there is none, else 0.
  std::int64_t take(std::string_view key_id, Timestamp now);

 private:
  struct Bucket {
    std::int64_t thousandths = 0;  // of a token
    Timestamp at;
  };
  void forget_full(Timestamp now) WM_REQUIRES(mutex_);

  std::uint64_t per_second_;
  Mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_ WM_GUARDED_BY(mutex_);
  Timestamp swept_at_ WM_GUARDED_BY(mutex_);
};

}  // namespace wanamaker
