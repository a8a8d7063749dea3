#pragma once
// One word for each distinct set: which elements it may have. The first 63 keys that come have a bit each; all others share the last
// bit, and a set that has it must be looked at. Derived from the sets, not kept in pages. Single writer.

#include "columns/text_pool.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace wanamaker {

class SetSignatures {
 public:
  static constexpr std::uint8_t kShared = 63;

  // The set at a place has those elements now.
  void put(std::uint32_t place, std::span<const TextId> elements, const TextPool& texts) {
    if (place >= signatures_.size()) signatures_.resize(place + std::size_t{1});
    signatures_[place] = 0;
    for (const TextId id : elements) signatures_[place] |= std::uint64_t{1} << slot_for(texts.key_id(id));
  }
  // By place; those without elements are 0.
  const std::vector<std::uint64_t>& all() const { return signatures_; }
  // The bit of a key; nothing where no set ever had it.
  std::optional<std::uint8_t> slot(KeyId key) const {
    if (key.value >= slots_.size() || slots_[key.value] == kNone) return std::nullopt;
    return slots_[key.value];
  }

 private:
  static constexpr std::uint8_t kNone = 255;
  std::uint8_t slot_for(KeyId key) {
    if (key.value >= slots_.size()) slots_.resize(key.value + std::size_t{1}, kNone);
    if (slots_[key.value] == kNone) slots_[key.value] = used_ < kShared ? used_++ : kShared;
    return slots_[key.value];
  }

  std::vector<std::uint64_t> signatures_;
  std::vector<std::uint8_t> slots_;  // by KeyId
  std::uint8_t used_ = 0;
};

}  // namespace wanamaker
