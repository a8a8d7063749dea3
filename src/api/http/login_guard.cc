#include "api/http/login_guard.h"

#include "base/text/fold.h"

#include <algorithm>

namespace wanamaker {
namespace {

// No login holds a line break.
std::string of_both(const std::string& login, const std::string& from) { return "both\n" + login + "\n" + from; }
std::string of_login(const std::string& login) { return "login\n" + login; }
std::string of_address(const std::string& from) { return "address\n" + from; }

}  // namespace

std::int64_t LoginGuard::wait_of(const std::string& key, unsigned free_tries, Timestamp now) {
  const auto found = tries_.find(key);
  if (found == tries_.end() || found->second.count < free_tries) return 0;
  const unsigned doublings = std::min(found->second.count - free_tries, 20U);
  const std::int64_t wait = std::min(kFirstWaitMs << doublings, kWaitMsMax);
  return std::max<std::int64_t>(0, found->second.last.ms + wait - now.ms);
}

void LoginGuard::count(const std::string& key, Timestamp now) {
  if (!tries_.contains(key) && tries_.size() >= kEntriesMax) {
    tries_.erase(std::ranges::min_element(tries_, {}, [](const auto& entry) { return entry.second.last.ms; }));
  }
  Tries& tries = tries_[key];
  if (now.ms - tries.last.ms > kForgottenMs) tries.count = 0;
  ++tries.count;
  tries.last = now;
}

std::int64_t LoginGuard::begin(std::string_view as_written, const std::string& from, Timestamp now) {
  const std::string login = fold_key(as_written);  // as users are found: no spelling has tries of its own
  MutexLock lock(mutex_);
  const std::int64_t wait = std::max({wait_of(of_both(login, from), kFreeTries, now), wait_of(of_login(login), kFreeTriesWide, now), wait_of(of_address(from), kFreeTriesWide, now)});
  if (wait > 0) return wait;
  count(of_both(login, from), now);
  count(of_login(login), now);
  count(of_address(from), now);
  return 0;
}

void LoginGuard::succeeded(std::string_view as_written, const std::string& from) {
  const std::string login = fold_key(as_written);
  MutexLock lock(mutex_);
  tries_.erase(of_both(login, from));
  tries_.erase(of_login(login));
  const auto address = tries_.find(of_address(from));  // who has an account of their own wins no tries for others by it
  if (address != tries_.end() && address->second.count > 0) --address->second.count;
}

}  // namespace wanamaker
