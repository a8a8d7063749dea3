#pragma once
// The events of one contact, newest first, their values read out of columns once for all the conditions that ask. Key idea: most conditions are
// decided by a few of the newest events, and the conditions over one event name are decided one after the other.
// Single-threaded. Events of the future are left out.

#include "columns/base.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace wanamaker {

// Those of one name.
class NewestEvents {
 public:
  // The slot in which values of a property are read from now on.
  std::size_t slot_of(AttributeId property);
  // Shape: the table is settled and does not change while events are read.
  void turn_to(ContactOrdinal contact, Timestamp t, const EventTable& table);

  std::size_t size() const { return rows_.size(); }
  std::uint32_t row(std::size_t place) const { return rows_[rows_.size() - 1 - place]; }
  Timestamp at(std::size_t place) const { return rows_.at(rows_.size() - 1 - place); }
  // Whether there is one from that instant on and before the other. Cost: a search in the strip.
  bool has_between(Timestamp from, Timestamp before) const { return rows_.before(before) > rows_.before(from); }
  // Cost: mostly nothing but the strip for one property of the name; for others a column read the first time, for this place and some more:
  // reads that do not wait for each other overlap.
  Cell value(std::size_t slot, std::size_t place) {
    if (slots_[slot].is_in_strip) {
      const StripEvent::Code code = rows_.event(rows_.size() - 1 - place).number();
      if (code < StripEvent::kMissing) return {.bits = code, .scale = 0, .known = true};
      if (code == StripEvent::kMissing) return {};
    }
    if (place >= slots_[slot].cells.size()) read_values(slots_[slot], place);
    return slots_[slot].cells[place];
  }
  // The first instant at which an event of the future comes.
  std::optional<Timestamp> next_arrival() const { return next_arrival_; }

 private:
  struct Slot {
    AttributeId property;
    std::vector<Cell> cells = {};  // by place
    bool is_in_strip = false;
  };
  std::size_t end_of_read(std::size_t place) const { return std::min(rows_.size(), std::max(place + 1, 2 * place)); }
  void read_values(Slot& slot, std::size_t place);

  const EventTable* table_ = nullptr;
  StripView rows_;
  std::optional<Timestamp> next_arrival_;
  std::vector<Slot> slots_;
};

// Those of all names.
class EventReads {
 public:
  // The slot of a property of events of a name.
  std::size_t slot_of(EventTypeId type, AttributeId property);
  // From now on events of this contact are read, as the base is now.
  void turn_to(ContactOrdinal contact, Timestamp t, const Base& base);
  NewestEvents& of(EventTypeId type) {
    Names& name = names_[type.value];
    if (name.turn != turn_) turn(type);
    return name.events;
  }
  void grow(EventTypeId type) { if (type.value >= names_.size()) names_.resize(type.value + std::size_t{1}); }

 private:
  struct Names {
    std::uint64_t turn = 0;  // at which it was last turned
    NewestEvents events = {};
  };
  void turn(EventTypeId type);

  std::vector<Names> names_;  // by EventTypeId
  std::uint64_t turn_ = 0;
  ContactOrdinal contact_ = {};
  Timestamp t_ = {};
  const Base* base_ = nullptr;
};

}  // namespace wanamaker
