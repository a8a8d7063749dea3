#pragma once
// Every distinct text once, with its comparison forms worked out when it first comes: evaluators compare ids.
// A text that is dropped leaves an empty hole; its id is never used again. Keys are derived and not kept in pages.
// Single writer; views hold until the next write.

#include "base/ids.h"
#include "columns/hash_index.h"
#include "columns/run_column.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class TextPool {
 public:
  TextId intern(std::string_view text);
  std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }

  std::string_view text(TextId id) const { return texts_.at(id.value); }
  KeyId key_id(TextId id) const { return entries_[id.value].key; }
  std::string_view key(TextId id) const { return keys_.at(entries_[id.value].key.value); }
  std::string_view bare(TextId id) const { return keys_.at(entries_[id.value].bare.value); }  // key without accents

  // Drops every text that is not used, and its keys; returns how many. Shape: one flag a text.
  std::uint32_t collect(const std::vector<bool>& used);

  // ---- pages ----
  const TextColumn& column() const { return texts_; }
  TextColumn& column() { return texts_; }
  // Takes over texts as they were loaded. The broken rule, where there is one.
  std::optional<std::string> load(TextColumn texts, std::uint32_t size);

 private:
  struct Entry {
    KeyId key;
    KeyId bare;
  };
  KeyId intern_key(std::string_view key);
  Entry keys_of(std::string_view text);

  TextColumn texts_;
  std::vector<Entry> entries_;
  TextColumn keys_;
  std::uint32_t key_count_ = 0;
  HashIndex<TextId> by_text_;
  HashIndex<KeyId> by_key_;
};

}  // namespace wanamaker
