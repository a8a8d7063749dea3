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
  std::optional<TextId> find(std::string_view text) const;
  std::optional<KeyId> find_key(std::string_view key) const;  // of a key, or of one without accents
  // Calls visit(text) for each text with that key. Cost: those texts.
  template <typename Visit>
  void for_each_with_key(KeyId key, Visit visit) const {
    for (TextId id = first_of_key_[key.value]; id != kNone; id = entries_[id.value].next) visit(id);
  }
  KeyId bare_id(TextId id) const { return entries_[id.value].bare; }
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
  static constexpr TextId kNone{0xFFFF'FFFF};
  struct Entry {
    KeyId key;
    KeyId bare;
    TextId next = kNone;  // another text with the same key
  };
  KeyId intern_key(std::string_view key);
  void add_entry(std::string_view text);
  void link(TextId id);

  TextColumn texts_;
  std::vector<Entry> entries_;
  std::vector<TextId> first_of_key_;  // by KeyId
  TextColumn keys_;
  std::uint32_t key_count_ = 0;
  HashIndex<TextId> by_text_;
  HashIndex<KeyId> by_key_;
};

}  // namespace wanamaker
