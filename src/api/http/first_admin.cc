#include "api/http/first_admin.h"

#include "api/http/session.h"

#include <sodium.h>

namespace wanamaker {

std::string FirstAdmin::open(Timestamp now) {
  MutexLock lock(mutex_);
  token_ = new_session_token();
  ends_at_ = {now.ms + kGoodMs};
  return token_;
}

bool FirstAdmin::is_good(std::string_view token, Timestamp now) {
  MutexLock lock(mutex_);
  return !token_.empty() && now < ends_at_ && token.size() == token_.size() && sodium_memcmp(token.data(), token_.data(), token_.size()) == 0;
}

void FirstAdmin::close() {
  MutexLock lock(mutex_);
  token_.clear();
}

}  // namespace wanamaker
