#include "api/http/login_guard.h"

#include "api/http/network.h"
#include "base/text/fold.h"

#include <algorithm>

namespace wanamaker {
namespace {

// No login holds a line break.
std::string of_both(const std::string& login, const std::string& network) { return "both\n" + login + "\n" + network; }
std::string of_login(const std::string& login) { return "login\n" + login; }
std::string of_network(const std::string& network) { return "network\n" + network; }

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

bool LoginGuard::is_beset(const std::string& login, Timestamp now) {
  const auto found = tries_.find(of_login(login));
  return found != tries_.end() && found->second.count >= kFreeTriesWide && now.ms - found->second.last.ms <= kForgottenMs;
}

std::int64_t LoginGuard::begin(std::string_view as_written, const std::string& from, Timestamp now) {
  const std::string login = fold_key(as_written);  // as users are found: no spelling has tries of its own
  const std::string network = network_of(from);
  MutexLock lock(mutex_);
  const unsigned free_tries = is_beset(login, now) ? kFreeTriesBeset : kFreeTries;
  const std::int64_t wait = std::max(wait_of(of_both(login, network), free_tries, now), wait_of(of_network(network), kFreeTriesWide, now));
  if (wait > 0) return wait;
  count(of_both(login, network), now);
  count(of_login(login), now);
  count(of_network(network), now);
  return 0;
}

void LoginGuard::succeeded(std::string_view as_written, const std::string& from) {
  const std::string login = fold_key(as_written);
  const std::string network = network_of(from);
  MutexLock lock(mutex_);
  tries_.erase(of_both(login, network));
  for (const std::string& wide : {of_login(login), of_network(network)})  // who has an account of their own wins no tries for others by it
    if (const auto found = tries_.find(wide); found != tries_.end() && found->second.count > 0) --found->second.count;
}

}  // namespace wanamaker
