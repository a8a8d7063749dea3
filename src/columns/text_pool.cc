#include "columns/text_pool.h"

#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wanamaker {

std::optional<TextId> TextPool::find(std::string_view text) const {
  return by_text_.find(text, [&](TextId id) { return texts_.at(id.value) == text; });
}

std::optional<KeyId> TextPool::find_key(std::string_view key) const {
  return by_key_.find(key, [&](KeyId id) { return keys_.at(id.value) == key; });
}

KeyId TextPool::intern_key(std::string_view key) {
  if (const auto found = find_key(key)) return *found;
  const KeyId id{key_count_++};
  keys_.set(id.value, key);
  by_key_.add(key, id);
  first_of_key_.push_back(kNone);
  return id;
}

// Of the next text.
void TextPool::add_entry(std::string_view text) {
  const std::string key = fold_key(text);
  const KeyId key_id = intern_key(key);
  const std::string bare = without_accents(key);
  entries_.push_back({.key = key_id, .bare = bare == key ? key_id : intern_key(bare)});
  link({size() - 1});
}

void TextPool::link(TextId id) {
  Entry& entry = entries_[id.value];
  entry.next = std::exchange(first_of_key_[entry.key.value], id);
}

TextId TextPool::intern(std::string_view text) {
  if (const auto found = find(text)) return *found;
  const TextId id{size()};
  texts_.set(id.value, text);
  add_entry(text);
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
  if (dropped > 0) std::ranges::fill(first_of_key_, kNone);
  for (std::uint32_t i = 0; i < size() && dropped > 0; ++i) if (!texts_.at(i).empty()) link({i});
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
    add_entry(text);
    by_text_.add(text, {i});
  }
  return std::nullopt;
}

}  // namespace wanamaker
