#include "evaluate/newest_events.h"

#include <algorithm>

namespace wanamaker {

std::size_t NewestEvents::slot_of(AttributeId property) {
  const auto known = std::ranges::find(slots_, property, &Slot::property);
  if (known != slots_.end()) return static_cast<std::size_t>(known - slots_.begin());
  slots_.push_back({.property = property});
  return slots_.size() - 1;
}

void NewestEvents::turn_to(ContactOrdinal contact, Timestamp t, const EventTable& table) {
  table_ = &table;
  rows_ = table.rows_of(contact);
  next_arrival_.reset();
  for (Slot& slot : slots_) {
    slot.cells.clear();
    slot.is_in_strip = table.strip_property() == slot.property;
  }
  if (rows_.empty() || table.newest_at_most(contact) <= t || rows_.newest_at() <= t) return;
  const std::size_t come = rows_.until(t);
  next_arrival_ = rows_.at(come);
  rows_ = rows_.first(come);
}

void NewestEvents::read_values(Slot& slot, std::size_t place) {
  const std::size_t end = end_of_read(place);
  for (std::size_t i = slot.cells.size(); i < end; ++i) slot.cells.push_back(table_->property(slot.property, row(i)));
}

std::size_t EventReads::slot_of(EventTypeId type, AttributeId property) {
  grow(type);
  return names_[type.value].events.slot_of(property);
}

void EventReads::turn_to(ContactOrdinal contact, Timestamp t, const Base& base) {
  contact_ = contact;
  t_ = t;
  base_ = &base;
  ++turn_;
}

void EventReads::turn(EventTypeId type) {
  Names& name = names_[type.value];
  name.turn = turn_;
  name.events.turn_to(contact_, t_, base_->events[type.value]);
}

}  // namespace wanamaker
