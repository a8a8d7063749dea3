#include "api/http/sns_certificates.h"

namespace wanamaker {

Result<std::string> SnsCertificates::at(const std::string& address, Timestamp now) {
  {
    MutexLock lock(mutex_);
    if (const auto known = kept_.find(address); known != kept_.end()) return known->second;
    const bool failed_lately = failed_at_ && now.ms - failed_at_->ms < kAgainAfterMs;
    if (is_fetching_ || failed_lately) return fail(ErrorCode::failure, "the certificate of SNS is not here now");
    is_fetching_ = true;
  }
  auto fetched = fetch_(address);
  MutexLock lock(mutex_);
  is_fetching_ = false;
  if (!fetched) {
    failed_at_ = now;
    return fetched;
  }
  failed_at_.reset();
  if (kept_.size() >= kKeptMax) kept_.clear();
  kept_[address] = *fetched;
  return fetched;
}

}  // namespace wanamaker
