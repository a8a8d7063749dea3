#include "columns/text_pool.h"

#include "base/text/fold.h"

namespace wanamaker {

KeyId TextPool::intern_key(std::string key) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) return found->second;
  const KeyId id{static_cast<std::uint32_t>(keys_.size())};
  const std::string& kept = strings_.emplace_back(std::move(key));
  keys_.push_back(&kept);
  by_key_.emplace(kept, id);
  return id;
}

TextId TextPool::intern(std::string_view text) {
  const auto found = by_text_.find(text);
  if (found != by_text_.end()) return found->second;
  const TextId id{static_cast<std::uint32_t>(entries_.size())};
  const std::string& kept = strings_.emplace_back(text);
  std::string key = fold_key(text);
  std::string bare = without_accents(key);
  const KeyId key_id = intern_key(std::move(key));
  entries_.push_back({&kept, key_id, intern_key(std::move(bare))});
  by_text_.emplace(kept, id);
  return id;
}

}  // namespace wanamaker
