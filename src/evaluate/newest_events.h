#pragma once
// The events of one contact, newest first, each read out of its columns once for all the conditions that ask. Key idea: most conditions are
// decided by a few of the newest events, and the conditions over one event name are decided one after the other.
// Single-threaded. Events of the future are left out.

#include "columns/base.h"

#include <optional>
#include <span>
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
  // Cost: a column read the first time, for all places up to this one.
  Timestamp at(std::size_t place) {
    while (times_.size() <= place) times_.push_back(table_->at(row(times_.size())));
    return times_[place];
  }
  const Cell& value(std::size_t slot, std::size_t place) {
    Slot& values = slots_[slot];
    while (values.cells.size() <= place) values.cells.push_back(table_->property(values.property, row(values.cells.size())));
    return values.cells[place];
  }
  // The first instant at which an event of the future comes.
  std::optional<Timestamp> next_arrival() const { return next_arrival_; }

 private:
  struct Slot {
    AttributeId property;
    std::vector<Cell> cells;  // by place
  };
  const EventTable* table_ = nullptr;
  std::span<const std::uint32_t> rows_;
  std::optional<Timestamp> next_arrival_;
  std::vector<Timestamp> times_;  // by place
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
