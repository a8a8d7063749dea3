#pragma once
// What is known of each name that the rows of a batch have, worked out where it first comes: rows of a file change their event from one
// to the next, and what an event has is asked by name. Single-threaded.

#include "columns/hash_index.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <string>
#include <string_view>

namespace wanamaker {

template <typename Known>
class ByName {
 public:
  // Shape: make(name) gives what is known of it. The reference stays good.
  template <typename Make>
  Known& of(std::string_view name, Make make) {
    if (last_ != nullptr && last_->name == name) return last_->known;
    const auto found = entries_.find(name);
    if (found != entries_.end()) {
      last_ = found->second;
    } else {
      last_ = &all_.emplace_back(std::string(name), make(name));
      entries_.emplace(last_->name, last_);
    }
    return last_->known;
  }

 private:
  struct Entry {
    std::string name;
    Known known;
  };
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const { return hash_text(text); }
  };
  std::deque<Entry> all_;
  boost::unordered_flat_map<std::string_view, Entry*, Hash> entries_;
  Entry* last_ = nullptr;  // mostly asked for again
};

}  // namespace wanamaker
