#pragma once
// The events of one name of one contact, oldest first, as they stand in a strip (strips.h): for each its row and its instant, side by side in
// ten bytes, so that who looks for the newest ones, or for those of a window, reads no column. Immutable; valid until the strips change.

#include "base/time.h"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>

namespace wanamaker {

// Shape: a row is below 2^31 (event_table.h). An instant takes 49 bits: all that the language knows are kTimestampMin to kTimestampMax.
class StripEvent {
 public:
  StripEvent() = default;
  StripEvent(std::uint32_t row, Timestamp at) {
    const std::uint64_t low = (static_cast<std::uint64_t>(at.ms - kTimestampMin.ms) & kTimeMask) | std::uint64_t{row} << kTimeBits;
    const auto high = static_cast<std::uint16_t>(row >> (64 - kTimeBits));
    std::memcpy(bytes_.data(), &low, sizeof low);
    std::memcpy(bytes_.data() + 4, &high, sizeof high);
  }
  Timestamp at() const { return {static_cast<std::int64_t>(low() & kTimeMask) + kTimestampMin.ms}; }
  std::uint32_t row() const { return static_cast<std::uint32_t>(low() >> kTimeBits) | std::uint32_t{bytes_[4]} << (64 - kTimeBits); }

 private:
  static constexpr unsigned kTimeBits = 49;
  static constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << kTimeBits) - 1;
  static_assert(static_cast<std::uint64_t>(kTimestampMax.ms - kTimestampMin.ms) <= kTimeMask);
  std::uint64_t low() const {
    std::uint64_t low;
    std::memcpy(&low, bytes_.data(), sizeof low);
    return low;
  }
  std::array<std::uint16_t, 5> bytes_ = {};
};
static_assert(sizeof(StripEvent) == 10);

// A range of rows.
class StripView {
 public:
  class Iterator {
   public:
    using iterator_concept = std::random_access_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = std::uint32_t;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(const StripEvent* event) : event_(event) {}
    std::uint32_t operator*() const { return event_->row(); }
    std::uint32_t operator[](std::ptrdiff_t n) const { return event_[n].row(); }
    Iterator& operator++() { return *this += 1; }
    Iterator& operator--() { return *this -= 1; }
    Iterator operator++(int) { return std::exchange(*this, *this + 1); }
    Iterator operator--(int) { return std::exchange(*this, *this - 1); }
    Iterator& operator+=(std::ptrdiff_t n) { return event_ += n, *this; }
    Iterator& operator-=(std::ptrdiff_t n) { return event_ -= n, *this; }
    friend Iterator operator+(Iterator it, std::ptrdiff_t n) { return it += n; }
    friend Iterator operator+(std::ptrdiff_t n, Iterator it) { return it += n; }
    friend Iterator operator-(Iterator it, std::ptrdiff_t n) { return it -= n; }
    friend std::ptrdiff_t operator-(Iterator a, Iterator b) { return a.event_ - b.event_; }
    friend auto operator<=>(const Iterator&, const Iterator&) = default;

   private:
    const StripEvent* event_ = nullptr;
  };

  StripView() = default;
  StripView(const StripEvent* events, std::size_t size) : events_(events), size_(size) {}
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::uint32_t operator[](std::size_t i) const { return events_[i].row(); }
  Timestamp at(std::size_t i) const { return events_[i].at(); }
  std::uint32_t front() const { return events_[0].row(); }
  std::uint32_t back() const { return events_[size_ - 1].row(); }
  Timestamp newest_at() const { return events_[size_ - 1].at(); }  // Shape: not empty
  Iterator begin() const { return Iterator(events_); }
  Iterator end() const { return Iterator(events_ + size_); }
  StripView first(std::size_t count) const { return {events_, count}; }
  StripView last(std::size_t count) const { return {events_ + (size_ - count), count}; }
  StripView subspan(std::size_t from) const { return {events_ + from, size_ - from}; }
  // How many are before that instant; how many are not after it.
  std::size_t before(Timestamp t) const { return static_cast<std::size_t>(std::ranges::lower_bound(events_, events_ + size_, t, {}, &StripEvent::at) - events_); }
  std::size_t until(Timestamp t) const { return static_cast<std::size_t>(std::ranges::upper_bound(events_, events_ + size_, t, {}, &StripEvent::at) - events_); }
  // The processor is asked for the newest ones, and for the place of the next.
  void fetch_newest() const {
    if (size_ == 0) return;
    __builtin_prefetch(events_ + (size_ - std::min<std::size_t>(size_, 4)));
    __builtin_prefetch(reinterpret_cast<const char*>(events_ + (size_ + 1)) - 1);
  }

 private:
  const StripEvent* events_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace wanamaker
