#pragma once
// Every distinct text once, with its comparison forms worked out when it first comes: evaluators compare ids.
// Single writer; readers hold no references across writes.

#include "base/ids.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class TextPool {
 public:
  TextId intern(std::string_view text);
  std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }

  const std::string& text(TextId id) const { return *entries_[id.value].text; }
  KeyId key_id(TextId id) const { return entries_[id.value].key; }
  const std::string& key(TextId id) const { return *keys_[entries_[id.value].key.value]; }
  const std::string& bare(TextId id) const { return *keys_[entries_[id.value].bare.value]; }  // key without accents

 private:
  struct Entry {
    const std::string* text;
    KeyId key;
    KeyId bare;
  };
  KeyId intern_key(std::string key);

  std::deque<std::string> strings_;  // never move
  std::vector<Entry> entries_;
  std::vector<const std::string*> keys_;
  boost::unordered_flat_map<std::string_view, TextId> by_text_;
  boost::unordered_flat_map<std::string_view, KeyId> by_key_;
};

}  // namespace wanamaker
