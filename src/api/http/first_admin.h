#pragma once
// The link by which the first admin is made: random, told at the start alone, good once and for a quarter of an hour. Thread-safe.

#include "base/mutex.h"
#include "base/time.h"

#include <string>
#include <string_view>

namespace wanamaker {

class FirstAdmin {
 public:
  static constexpr std::int64_t kGoodMs = 15 * 60'000;

  // From now on there is a link; what it holds.
  std::string open(Timestamp now);
  bool is_good(std::string_view token, Timestamp now);
  void close();

 private:
  Mutex mutex_;
  std::string token_ WM_GUARDED_BY(mutex_);
  Timestamp ends_at_ WM_GUARDED_BY(mutex_);
};

}  // namespace wanamaker
