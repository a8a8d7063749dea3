#pragma once
// Certificates by which messages of SNS are signed, fetched once each. Key idea: who sends a message names the certificate, so an address is
// only asked where it is one of SNS (ingest/providers/authenticity.h), by one request at a time, and not again at once where that failed; nobody
// can keep the server fetching. In memory alone. Thread-safe.

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace wanamaker {

class SnsCertificates {
 public:
  static constexpr std::size_t kKeptMax = 8;                  // SNS has one a region, and another every year or so
  static constexpr std::int64_t kAgainAfterMs = 10'000;       // where one could not be fetched

  // What is at an address. Errors: failure.
  using Fetch = std::function<Result<std::string>(const std::string& address)>;
  explicit SnsCertificates(Fetch fetch) : fetch_(std::move(fetch)) {}

  // In PEM. May wait for the network. Errors: failure, where it cannot be had now.
  Result<std::string> at(const std::string& address, Timestamp now);

 private:
  Fetch fetch_;
  Mutex mutex_;
  std::map<std::string, std::string> kept_ WM_GUARDED_BY(mutex_);  // by address
  bool is_fetching_ WM_GUARDED_BY(mutex_) = false;
  std::optional<Timestamp> failed_at_ WM_GUARDED_BY(mutex_);
};

}  // namespace wanamaker
