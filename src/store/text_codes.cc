#include "store/text_codes.h"

#include <xxhash.h>

#include <utility>

namespace wanamaker {

void TextWriter::write(std::string_view text) {
  if (last_ != 0 && entries_[last_ - 1] == text) return out_.varint(last_);
  const std::uint64_t hash = XXH3_64bits(text.data(), text.size());
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  std::size_t position = tag & (slots_.size() - 1);
  for (; slots_[position].code != 0; position = (position + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[position];
    if (slot.hash != tag || entries_[slot.code - 1] != text) continue;
    last_ = slot.code;
    return out_.varint(last_);
  }
  entries_.push_back(text);
  last_ = static_cast<std::uint32_t>(entries_.size());
  slots_[position] = {.code = last_, .hash = tag};
  out_.byte(0);
  out_.text(text);
  if (entries_.size() * 2 > slots_.size()) grow();
}

void TextWriter::grow() {
  const auto old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 4));
  for (const Slot& slot : old) {
    if (slot.code == 0) continue;
    std::size_t position = slot.hash & (slots_.size() - 1);
    while (slots_[position].code != 0) position = (position + 1) & (slots_.size() - 1);
    slots_[position] = slot;
  }
}

}  // namespace wanamaker
