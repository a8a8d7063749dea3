#pragma once
// The order of an event table: for each contact a contiguous strip of its rows and their instants, oldest first.
// Key idea: all strips are made at once by counting, each with some room to grow; a contact whose room is used up has its strip rewritten
// at the end, and what it leaves is garbage until a quarter is: so a small append costs what it touches, not the table. Single writer.

#include "base/ids.h"
#include "base/time.h"
#include "columns/column.h"
#include "columns/strip_view.h"

#include <functional>
#include <vector>

namespace wanamaker {

class Strips {
 public:
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
  void fetch(ContactOrdinal contact) const { if (contact.value < strips_.size()) __builtin_prefetch(&strips_[contact.value]); }
  void fetch_rows(ContactOrdinal contact) const { of(contact).fetch_newest(); }
  // A row has been written. Reads need settle() then.
  void add(std::uint32_t row);
  void settle(const Column& contacts, const Column& times, const Earlier& earlier);
  bool is_settled() const { return !is_stale_ && pending_.empty(); }
  // The strip of a contact becomes empty. Both below need a settled table.
  void remove(ContactOrdinal contact);
  void move(ContactOrdinal from);  // its rows have another contact now and are placed by settle()
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
  static std::uint32_t seconds_of(std::int64_t ms);
  // Of events of one contact.
  static bool comes_before(const StripEvent& a, const StripEvent& b, const Earlier& earlier) { return a.at() != b.at() ? a.at() < b.at() : earlier(a.row(), b.row()); }
  void note_newest(Strip& strip) const { if (strip.count != 0) strip.newest_seconds = seconds_of(order_[strip.start + strip.count - 1].at().ms); }
  void rebuild(const Column& contacts, const Column& times, const Earlier& earlier);
  void append(const Column& contacts, const Column& times, const Earlier& earlier);
  void sort(Strip strip, const Earlier& earlier);

  std::vector<StripEvent> order_;
  std::vector<Strip> strips_;         // by contact ordinal
  std::vector<std::uint32_t> pending_;  // rows written or moved since settle(); not listed where all is stale
  bool is_stale_ = false;               // too many are pending to be placed one by one
  std::size_t garbage_ = 0;           // places of order_ that no strip has
};

}  // namespace wanamaker
