#include "api/http/provider_inbox.h"

namespace wanamaker {

void ProviderInbox::note(const std::string& provider, Arrival arrival) {
  MutexLock lock(mutex_);
  Counts& counts = counts_[provider];
  counts.sum.at = arrival.at;
  counts.sum.applied += arrival.applied;
  counts.sum.duplicates += arrival.duplicates;
  counts.sum.nobody += arrival.nobody;
  counts.sum.rejected += arrival.rejected;
  if (!arrival.confirm_url.empty()) counts.sum.confirm_url = std::move(arrival.confirm_url);
  counts.unread += arrival.unread.size();
  for (UnreadItem& item : arrival.unread) {
    if (counts.raw.size() >= kRawMax) counts.raw.pop_front();
    counts.raw.push_back({arrival.at, std::move(item)});
  }
}

void ProviderInbox::note_refused(const std::string& provider) {
  MutexLock lock(mutex_);
  ++counts_[provider].refused;
}

void ProviderInbox::forget_raw() {
  MutexLock lock(mutex_);
  for (auto& [name, counts] : counts_) counts.raw.clear();
}

void ProviderInbox::forget(std::string_view provider) {
  MutexLock lock(mutex_);
  if (const auto found = counts_.find(provider); found != counts_.end()) counts_.erase(found);
}

Json ProviderInbox::to_json(std::string_view provider) {
  MutexLock lock(mutex_);
  static const Counts kNone;
  const auto found = counts_.find(provider);
  const Counts& counts = found == counts_.end() ? kNone : found->second;
  Json raw = Json::array();
  for (const Raw& one : counts.raw) raw.push(Json::object().set("at", to_string(one.at)).set("reason", one.item.reason).set("item", one.item.raw));
  return Json::object().set("applied", counts.sum.applied).set("duplicates", counts.sum.duplicates).set("nobody", counts.sum.nobody).set("rejected", counts.sum.rejected).set("refused", counts.refused)
      .set("unread", counts.unread).set("last_at", found == counts_.end() || counts.sum.at.ms == 0 ? Json() : Json(to_string(counts.sum.at)))
      .set("confirm_url", counts.sum.confirm_url.empty() ? Json() : Json(counts.sum.confirm_url)).set("raw", std::move(raw));
}

}  // namespace wanamaker
