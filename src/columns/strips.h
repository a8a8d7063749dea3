#pragma once
// The order of an event table: for each contact a contiguous strip of its rows, their instants and one of their numbers, oldest first.
// Key idea: all strips are made at once by counting, each with some room to grow; a contact whose room is used up has its strip rewritten
// where another left a room of that size, or at the end: so a small append costs what it touches, not the table. Single writer.

#include "base/huge_pages.h"
#include "base/ids.h"
#include "base/prefetch.h"
#include "base/time.h"
#include "columns/column.h"
#include "columns/strip_view.h"

#include <array>
#include <functional>
#include <vector>

namespace wanamaker {

class Strips {
 public:
  // By row. Shape: who has a contact has an instant.
  struct Columns {
    const Column& contacts;
    const Column& times;
    const Column* numbers = nullptr;  // none: strips have none either
  };
  // Whether row a comes before row b, both of one contact and one instant.
  using Earlier = std::function<bool(std::uint32_t a, std::uint32_t b)>;

  StripView of(ContactOrdinal contact) const {
    if (contact.value >= strips_.size()) return {};
    return {order_.data() + strips_[contact.value].start, strips_[contact.value].count};
  }
  // Nothing of the contact comes after that instant; some milliseconds too late. Cost: no column is read.
  Timestamp newest_at_most(ContactOrdinal contact) const {
    const std::uint32_t seconds = contact.value < strips_.size() ? strips_[contact.value].newest_seconds : 0;
    return seconds == kLate ? kTimestampMax : Timestamp{std::int64_t{seconds} * 1'000};
  }
  // The processor is asked for what of() reads, and once that is there, for its newest rows.
  void fetch(ContactOrdinal contact) const { if (contact.value < strips_.size()) fetch_line(&strips_[contact.value]); }
  void fetch_rows(ContactOrdinal contact) const { of(contact).fetch_newest(); }
  // A row of the contact has been written, but for its number. Reads need settle() then.
  void add(ContactOrdinal contact, std::uint32_t row, Timestamp at);
  // Whether settle() makes all strips anew. Before it does, other numbers may be chosen.
  bool makes_all_anew() const { return is_stale_ || pending_.size() * 4 >= order_.size() || garbage_ * 4 >= order_.size(); }
  std::size_t pending() const { return pending_.size(); }  // rows that settle() places, where it does not make all anew
  void settle(const Columns& columns, const Earlier& earlier);
  bool is_settled() const { return !is_stale_ && pending_.empty(); }
  // The strip of a contact becomes empty. Both below need a settled table.
  void remove(ContactOrdinal contact);
  void move(ContactOrdinal from, ContactOrdinal into);  // its rows are of another contact now and are placed by settle()
  // The columns were replaced: everything has to be placed anew.
  void reset() {
    *this = Strips();
    is_stale_ = true;
  }

 private:
  struct Strip {
    std::uint32_t start = 0;
    std::uint32_t count = 0;
    std::uint32_t newest_seconds = 0;  // since 1970, rounded up; kLate: it has to be read
  };
  static constexpr std::uint32_t kLate = UINT32_MAX;
  struct Pending {
    ContactOrdinal contact;
    std::uint32_t row;
    Timestamp at;
  };
  static constexpr std::size_t kRoomSizes = 64;
  static std::uint32_t seconds_of(std::int64_t ms);
  // Of events of one contact.
  static bool comes_before(const StripEvent& a, const StripEvent& b, const Earlier& earlier) { return a.at() != b.at() ? a.at() < b.at() : earlier(a.row(), b.row()); }
  void note_newest(Strip& strip) const { if (strip.count != 0) strip.newest_seconds = seconds_of(order_[strip.start + strip.count - 1].at().ms); }
  void rebuild(const Columns& columns, const Earlier& earlier);
  void append(const Columns& columns, const Earlier& earlier);
  void insert(std::vector<Pending>& late, const Columns& columns, const Earlier& earlier);
  StripEvent* grow(Strip& strip, std::uint32_t rows);
  void leave(std::uint32_t start, std::uint32_t rows);
  void sort(Strip strip, const Earlier& earlier);

  HugeVector<StripEvent> order_;
  HugeVector<Strip> strips_;          // by contact ordinal
  std::vector<Pending> pending_;      // written or moved since settle(); not listed where all is stale
  bool is_stale_ = false;             // too many are pending to be placed one by one
  std::array<std::vector<std::uint32_t>, kRoomSizes> left_;  // by the size of the room: where strips stood that have moved
  std::size_t garbage_ = 0;           // places of order_ that no strip has
};

}  // namespace wanamaker
