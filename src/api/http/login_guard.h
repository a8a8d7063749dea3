#pragma once
// Slows down those who guess passwords: after a few tries for one login from one network each further one has to wait, twice as long each
// time, up to a quarter of an hour; likewise, after more tries, of one network for any login. A network that has not failed waits for
// nothing, whatever others do, so nobody can lock a user out; but while one login is tried from many networks, each has fewer free tries.
// In memory alone and bounded: a restart forgets it. A try counts when it begins, so that many at once gain nothing. Thread-safe.

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
  static constexpr unsigned kFreeTries = 5;        // for one login from one network
  static constexpr unsigned kFreeTriesWide = 50;   // for any login from one network; and for one login from anywhere, from where on it has
  static constexpr unsigned kFreeTriesBeset = 2;   // so many from one network
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
  // Of what counts tries already.
  bool is_beset(const std::string& login, Timestamp now) WM_REQUIRES(mutex_);
  std::int64_t wait_of(const std::string& key, unsigned free_tries, Timestamp now) WM_REQUIRES(mutex_);
  void count(const std::string& key, Timestamp now) WM_REQUIRES(mutex_);

  Mutex mutex_;
  std::map<std::string, Tries> tries_ WM_GUARDED_BY(mutex_);
};

}  // namespace wanamaker
