#pragma once
// The events of one name of one contact, oldest first, as they stand in a strip (strips.h): for each its row, its instant and a number of it,
// side by side in twelve bytes, so that who looks for the newest ones, for those of a window, or for those that pass a filter on the number,
// reads no column. Immutable; valid until the strips change.

#include "base/prefetch.h"
#include "base/time.h"
#include "columns/cell.h"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace wanamaker {

// Shape: a row is below 2^31 (event_table.h). An instant takes 49 bits: all that the language knows are kTimestampMin to kTimestampMax.
class StripEvent {
 public:
  // What stands for the number: itself where it is whole and small, or one of these.
  using Code = std::uint16_t;
  static constexpr Code kMissing = 0xFFFE;    // the event has none
  static constexpr Code kElsewhere = 0xFFFF;  // it has to be read in its column
  static Code code_of(const Cell& cell) {
    if (!cell.known) return kMissing;
    return cell.scale == 0 && cell.bits >= 0 && cell.bits < kMissing ? static_cast<Code>(cell.bits) : kElsewhere;
  }

  StripEvent() = default;
  StripEvent(std::uint32_t row, Timestamp at, Code number)
      : low_(static_cast<std::uint32_t>(time_bits(at))), middle_(static_cast<std::uint32_t>(time_bits(at) >> 32) | row << kHighTimeBits),
        row_high_(static_cast<std::uint16_t>(row >> (32 - kHighTimeBits))), number_(number) {}
  Timestamp at() const { return {static_cast<std::int64_t>(std::uint64_t{middle_ & kHighTimeMask} << 32 | low_) + kTimestampMin.ms}; }
  std::uint32_t row() const { return middle_ >> kHighTimeBits | std::uint32_t{row_high_} << (32 - kHighTimeBits); }
  Code number() const { return number_; }

 private:
  static constexpr unsigned kHighTimeBits = 17;
  static constexpr std::uint32_t kHighTimeMask = (1U << kHighTimeBits) - 1;
  static_assert((static_cast<std::uint64_t>(kTimestampMax.ms - kTimestampMin.ms) >> 32) <= kHighTimeMask);
  static std::uint64_t time_bits(Timestamp at) { return static_cast<std::uint64_t>(at.ms - kTimestampMin.ms); }

  std::uint32_t low_ = 0;          // of the instant
  std::uint32_t middle_ = 0;       // the rest of it, and the lower bits of the row
  std::uint16_t row_high_ = 0;
  Code number_ = kElsewhere;
};
static_assert(sizeof(StripEvent) == 12);

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
  const StripEvent& event(std::size_t i) const { return events_[i]; }
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
    fetch_line(events_ + (size_ - std::min<std::size_t>(size_, 4)));
    fetch_line(reinterpret_cast<const char*>(events_ + (size_ + 1)) - 1);
  }

 private:
  const StripEvent* events_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace wanamaker
