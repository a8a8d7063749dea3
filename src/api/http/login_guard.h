#pragma once
// Slows down those who guess passwords: after a few tries for one login from one address each further one has to wait, twice as long each
// time, up to a quarter of an hour; likewise, after more tries, for one login from anywhere and for one address. In memory alone and
// bounded: a restart forgets it. A try counts when it begins, so that many at once gain nothing. Thread-safe.

#include "base/mutex.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace wanamaker {

class LoginGuard {
 public:
  static constexpr unsigned kFreeTries = 5;        // for one login from one address
  static constexpr unsigned kFreeTriesWide = 50;   // for one login from anywhere, and from one address
  static constexpr std::int64_t kFirstWaitMs = 1'000;
  static constexpr std::int64_t kWaitMsMax = 15 * 60'000;
  static constexpr std::int64_t kForgottenMs = 3'600'000;
  static constexpr std::size_t kEntriesMax = 10'000;

  // How many milliseconds to wait before this may be tried; 0: it may, and counts as tried.
  std::int64_t begin(std::string_view login, const std::string& from, Timestamp now);
  // The password was right.
  void succeeded(std::string_view login, const std::string& from);

 private:
  struct Tries {
    unsigned count = 0;
    Timestamp last;
  };
  std::int64_t wait_of(const std::string& key, unsigned free_tries, Timestamp now) WM_REQUIRES(mutex_);
  void count(const std::string& key, Timestamp now) WM_REQUIRES(mutex_);

  Mutex mutex_;
  std::map<std::string, Tries> tries_ WM_GUARDED_BY(mutex_);
};

}  // namespace wanamaker
