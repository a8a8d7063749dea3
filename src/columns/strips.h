#pragma once
// The order of an event table: for each contact a contiguous strip of its rows, oldest first.
// Key idea: all strips are made at once by counting, each with some room to grow; a contact whose room is used up has its strip rewritten
// at the end, and what it leaves is garbage until a quarter is: so a small append costs what it touches, not the table. Single writer.

#include "base/ids.h"
#include "columns/column.h"

#include <functional>
#include <span>
#include <vector>

namespace wanamaker {

class Strips {
 public:
  // Whether row a comes before row b, both of one contact: by instant, then by what breaks the tie.
  using Earlier = std::function<bool(std::uint32_t a, std::uint32_t b)>;

  std::span<const std::uint32_t> of(ContactOrdinal contact) const {
    if (contact.value >= strips_.size()) return {};
    return std::span(order_).subspan(strips_[contact.value].start, strips_[contact.value].count);
  }
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
  };
  void rebuild(const Column& contacts, const Column& times, const Earlier& earlier);
  void append(const Column& contacts, const Earlier& earlier);
  void sort(Strip strip, const Earlier& earlier);

  std::vector<std::uint32_t> order_;
  std::vector<Strip> strips_;         // by contact ordinal
  std::vector<std::uint32_t> pending_;  // rows written or moved since settle(); not listed where all is stale
  bool is_stale_ = false;               // too many are pending to be placed one by one
  std::size_t garbage_ = 0;           // places of order_ that no strip has
};

}  // namespace wanamaker
