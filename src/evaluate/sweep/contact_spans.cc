#include "evaluate/sweep/contact_spans.h"

namespace wanamaker {

ContactSpans::ContactSpans(const std::vector<Span>& spans, Scratch& scratch) : bounds_(spans.size()), words_(scratch.words) {
  auto& words = scratch.words;
  for (const Span& span : spans) words[span.place] = 0;
  for (const Span& span : spans) ++words[span.place];
  std::uint64_t free = 0;
  for (const Span& span : spans) {
    std::uint64_t& word = words[span.place];
    if (!has_bit(places_, span.place)) {
      const std::uint64_t number = word;
      word = free << 32 | free;
      free += number;
      set_bit(places_, span.place);
    }
    const auto begin = static_cast<std::uint32_t>(word >> 32);
    const auto here = static_cast<std::uint32_t>(word++);
    bounds_[here] = {span.first, here > begin ? std::max(span.last, bounds_[here - 1].last) : span.last};
    reach_ = {std::min(reach_.least, span.first), std::max(reach_.most, span.last)};
  }
}

std::uint32_t ContactSpans::search(std::uint32_t begin, std::uint32_t end, std::int64_t at) const {
  const auto from = bounds_.begin();
  return static_cast<std::uint32_t>(std::upper_bound(from + begin, from + end, at, [](std::int64_t instant, const Bounds& one) { return instant < one.first; }) - from);
}

}  // namespace wanamaker
