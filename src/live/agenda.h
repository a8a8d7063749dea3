#pragma once
// Promises to look again: for a contact and a condition an instant at which time alone may change it. A promise is never a statement: looking
// too early, or twice, changes nothing. Key idea: a promise is eight bytes in the list of its hour, and is not looked for again until the
// hour opens; then its promises are put in order at once. Two for the same contact and condition stay both: the look at the first one promises
// what the second one would, and where they meet at one instant they become one.
// Single-threaded.

#include "base/huge_pages.h"
#include "base/time.h"
#include "live/condition_bits.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace wanamaker {

struct Look {
  Timestamp at;
  ContactOrdinal contact;
  ConditionNumber condition;
  friend auto operator<=>(const Look&, const Look&) = default;
};

class Agenda {
 public:
  // Cost: the end of a list; beyond 67 million contacts or 65,536 conditions a heap.
  void promise(const Look& look);
  // All looks of the earliest instant that has some and is not after `until`, in order of contact and condition, each once.
  // Empty: there is none. They are no longer promised. Valid until the next call.
  const std::vector<Look>& take(Timestamp until);
  // Shape: visit(look) for each promise up to `until`, in no order. Cost: linear in the promises of the hours up to then.
  template <typename Visit>
  void for_each(Timestamp until, Visit visit) const;
  // Whether there may be more than so many up to `until`; never no where there are. Cost: a 127th of that number of steps.
  bool has_more_than(std::size_t many, Timestamp until) const;
  // Not later than the earliest promise. Nothing: there is none.
  std::optional<Timestamp> next() const;
  void clear() { *this = Agenda(); }
  // The promises of the hour that is open, in order: how many were taken of how many, and the i-th.
  std::size_t taken() const { return taken_of_open_; }
  std::size_t opened() const { return open_.size(); }
  std::int64_t open_hour() const { return open_hour_; }
  Look open_at(std::size_t i) const { return look_of(open_[i], open_hour_); }
  std::size_t memory_bytes() const;

 private:
  // Milliseconds of the hour above, then the contact, then the condition: by number they stand in order.
  using Promise = std::uint64_t;
  static constexpr unsigned kConditionBits = 16;
  static constexpr unsigned kContactBits = 26;
  static constexpr std::int64_t kHourMs = 3'600'000;
  static_assert(kHourMs < std::int64_t{1} << (64 - kContactBits - kConditionBits));
  static constexpr std::int64_t kNearHours = 32'768;  // over three years
  static constexpr std::uint32_t kNone = UINT32_MAX;
  // The lists of near hours are chains of chunks, which go from one hour to another.
  struct Chunk {
    static constexpr std::uint32_t kPromises = 127;
    std::uint32_t before = kNone;  // full ones
    std::array<Promise, kPromises> promises;
  };
  static constexpr std::uint32_t kChunksAtOnce = 2 * kHugePageBytes / 1'024;
  struct Hour {
    std::uint32_t last = kNone;
    std::uint32_t count = 0;  // promises of the last chunk
  };

  static Look look_of(Promise promise, std::int64_t hour) {
    return {{hour * kHourMs + static_cast<std::int64_t>(promise >> (kContactBits + kConditionBits))},
            {static_cast<std::uint32_t>(promise >> kConditionBits) & ((1U << kContactBits) - 1)},
            {static_cast<std::uint32_t>(promise) & ((1U << kConditionBits) - 1)}};
  }
  static std::int64_t hour_of(Timestamp at) { return at.ms >= 0 ? at.ms / kHourMs : -((-at.ms + kHourMs - 1) / kHourMs); }
  const Hour& near(std::int64_t hour) const { return near_[static_cast<std::size_t>(hour & (kNearHours - 1))]; }
  Hour& near(std::int64_t hour) { return near_[static_cast<std::size_t>(hour & (kNearHours - 1))]; }
  const Chunk& chunk(std::uint32_t number) const { return blocks_[number / kChunksAtOnce][number % kChunksAtOnce]; }
  Chunk& chunk(std::uint32_t number) { return blocks_[number / kChunksAtOnce][number % kChunksAtOnce]; }
  template <typename Visit>
  void for_each_of(const Hour& hour, Visit visit) const;
  // A promise of a near hour that does not stand in its list yet.
  struct Fresh {
    std::int64_t hour;
    Promise promise;
  };
  static constexpr std::size_t kFreshMost = 64;
  void append(Hour& hour, Promise promise);
  void append_fresh();
  void sort_open();
  std::uint32_t take_chunk();
  std::optional<std::int64_t> first_hour() const;
  std::optional<Timestamp> first_taken() const;
  void open_hour(std::int64_t hour);

  std::vector<Hour> near_;                              // the hours after the open one, by their number modulo kNearHours
  static_assert(sizeof(Chunk) == 1'024);
  struct GiveBack {
    void operator()(Chunk* block) const { give_back_huge_pages(block, kChunksAtOnce * sizeof(Chunk)); }
  };
  std::vector<std::unique_ptr<Chunk[], GiveBack>> blocks_;
  std::vector<std::uint32_t> free_;                     // chunks
  std::int64_t first_near_ = INT64_MAX;                 // nothing is in a near hour before it
  std::vector<Fresh> fresh_;                            // the lists of some are fetched from memory together
  std::map<std::int64_t, std::vector<Promise>> far_;    // the hours after those
  std::int64_t open_hour_ = INT64_MIN / kHourMs;        // the last that was opened
  std::vector<Promise> open_;                           // of that hour
  std::size_t taken_of_open_ = 0;
  std::vector<Look> late_;  // a heap, the earliest first: what came for hours that were opened already, or does not fit into a promise
  std::vector<Look> looks_;
};

template <typename Visit>
void Agenda::for_each_of(const Hour& hour, Visit visit) const {
  std::uint32_t count = hour.count;
  for (std::uint32_t number = hour.last; number != kNone; number = chunk(number).before) {
    for (std::uint32_t i = 0; i < count; ++i) visit(chunk(number).promises[i]);
    count = Chunk::kPromises;
  }
}

template <typename Visit>
void Agenda::for_each(Timestamp until, Visit visit) const {
  const auto offer = [&](const Look& look) { if (look.at <= until) visit(look); };
  for (std::size_t i = taken_of_open_; i < open_.size(); ++i) offer(open_at(i));
  for (const Look& look : late_) offer(look);
  for (const Fresh& fresh : fresh_) offer(look_of(fresh.promise, fresh.hour));
  for (std::int64_t hour = first_near_; !near_.empty() && hour <= std::min(open_hour_ + kNearHours, hour_of(until)); ++hour)
    for_each_of(near(hour), [&](Promise promise) { offer(look_of(promise, hour)); });
  for (const auto& [hour, promises] : far_) for (const Promise promise : promises) offer(look_of(promise, hour));
}

}  // namespace wanamaker
