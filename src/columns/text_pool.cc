#include "columns/text_pool.h"

#include "base/text/fold.h"

#include <fmt/format.h>

namespace wanamaker {

KeyId TextPool::intern_key(std::string_view key) {
  const auto found = by_key_.find(key, [&](KeyId id) { return keys_.at(id.value) == key; });
  if (found) return *found;
  const KeyId id{key_count_++};
  keys_.set(id.value, key);
  by_key_.add(key, id);
  return id;
}

TextPool::Entry TextPool::keys_of(std::string_view text) {
  const std::string key = fold_key(text);
  const KeyId key_id = intern_key(key);
  const std::string bare = without_accents(key);
  return {key_id, bare == key ? key_id : intern_key(bare)};
}

TextId TextPool::intern(std::string_view text) {
  const auto found = by_text_.find(text, [&](TextId id) { return texts_.at(id.value) == text; });
  if (found) return *found;
  const TextId id{size()};
  texts_.set(id.value, text);
  entries_.push_back(keys_of(text));
  by_text_.add(text, id);
  return id;
}

std::uint32_t TextPool::collect(const std::vector<bool>& used) {
  std::vector<bool> used_keys(key_count_);
  std::uint32_t dropped = 0;
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (used[i]) {
      used_keys[entries_[i].key.value] = true;
      used_keys[entries_[i].bare.value] = true;
      continue;
    }
    const std::string_view text = texts_.at(i);
    if (text.empty()) continue;
    by_text_.erase(text, [&](TextId id) { return id.value == i; });
    texts_.set(i, "");
    ++dropped;
  }
  for (std::uint32_t i = 0; i < key_count_ && dropped > 0; ++i) {
    const std::string_view key = keys_.at(i);
    if (used_keys[i] || key.empty()) continue;
    by_key_.erase(key, [&](KeyId id) { return id.value == i; });
    keys_.set(i, "");
  }
  return dropped;
}

std::optional<std::string> TextPool::load(TextColumn texts, std::uint32_t size) {
  texts_ = std::move(texts);
  entries_.reserve(size);
  by_text_.reserve(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::string_view text = texts_.at(i);
    if (text.empty()) {
      entries_.push_back({});  // a hole: nothing refers to it
      continue;
    }
    const auto known = by_text_.find(text, [&](TextId id) { return texts_.at(id.value) == text; });
    if (known) return fmt::format("texts {} and {} of the pool are equal", known->value, i);
    if (!is_valid_utf8(text)) return fmt::format("text {} of the pool is not valid UTF-8", i);
    entries_.push_back(keys_of(text));
    by_text_.add(text, {i});
  }
  return std::nullopt;
}

}  // namespace wanamaker
