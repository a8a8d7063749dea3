#pragma once
// From a text to the place where it stands, without keeping the text a second time: a flat map by its 64-bit hash. A hit is
// confirmed against the text itself by the caller, so two texts of one hash are told apart. Single writer.

#include "columns/hash_slots.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace wanamaker {

using TextHash = std::uint64_t (*)(std::string_view);
std::uint64_t hash_text(std::string_view text);  // XXH3-64

template <typename Place>
class HashIndex {
 public:
  // Tests pass a hash that collides.
  explicit HashIndex(TextHash hash = hash_text) : hash_(hash) {}

  // The place whose text this is. Shape: is_it(place) compares with what stands there.
  template <typename Confirm>
  std::optional<Place> find(std::string_view text, Confirm is_it) const {
    const std::uint64_t hash = key(text);
    const Place* first = first_.find(hash);
    if (first == nullptr) return std::nullopt;
    if (is_it(*first)) return *first;
    const auto [begin, end] = others_.equal_range(hash);
    for (auto other = begin; other != end; ++other) if (is_it(other->second)) return other->second;
    return std::nullopt;
  }
  // For who looks up many: the processor is asked for what likely() of the text's key reads.
  std::uint64_t key(std::string_view text) const { return std::max<std::uint64_t>(hash_(text), 1); }
  void fetch(std::uint64_t key) const { first_.fetch(key); }
  // The place that is looked at first, if any: what find() mostly gives, before it is confirmed.
  std::optional<Place> likely(std::uint64_t key) const {
    const Place* first = first_.find(key);
    return first == nullptr ? std::nullopt : std::optional(*first);
  }
  // The text must not be there.
  void add(std::string_view text, Place place) {
    const std::uint64_t hash = key(text);
    if (!first_.add(hash, place)) others_.emplace(hash, place);
  }
  template <typename Confirm>
  void erase(std::string_view text, Confirm is_it) {
    const std::uint64_t hash = key(text);
    Place* first = first_.find(hash);
    if (first == nullptr) return;
    const auto [begin, end] = others_.equal_range(hash);
    if (is_it(*first)) {
      if (begin == end) {
        first_.erase(hash);
      } else {
        *first = begin->second;
        others_.erase(begin);
      }
      return;
    }
    for (auto other = begin; other != end; ++other) {
      if (!is_it(other->second)) continue;
      others_.erase(other);
      return;
    }
  }
  void reserve(std::size_t places) { first_.reserve(places); }
  void clear() {
    first_.clear();
    others_.clear();
  }

 private:
  TextHash hash_;
  HashSlots<Place> first_;
  std::unordered_multimap<std::uint64_t, Place> others_;  // of hashes that are taken: hardly ever any.
};

}  // namespace wanamaker
