#include "server/writes_in_hand.h"

namespace wanamaker {

WritesInHand::Answer WritesInHand::take(const std::string& asker, std::size_t bytes) {
  const auto known = by_asker_.find(asker);
  if (known != by_asker_.end() && known->second + bytes > bytes_max_ / 2) return Answer::asker_has_too_much;
  if (all_ > 0 && all_ + bytes > bytes_max_) return Answer::all_is_taken;
  all_ += bytes;
  by_asker_[asker] += bytes;
  return Answer::taken;
}

void WritesInHand::give_back(const std::string& asker, std::size_t bytes) {
  if (bytes == 0) return;
  all_ -= bytes;
  const auto known = by_asker_.find(asker);
  known->second -= bytes;
  if (known->second == 0) by_asker_.erase(known);
}

}  // namespace wanamaker
