#pragma once
// All events of one name, as columns. Rows stand in order of arrival; an order by contact and time is made by settle(), so that a
// contact's events are one contiguous strip, oldest first. Reads need a settled table.
// Order within a strip: time, message id (a missing id first, by bytes), content as JSON (LANGUAGE.md 2.2).

#include "columns/cells.h"
#include "model/schema.h"

#include <span>
#include <string>
#include <vector>

namespace wanamaker {

class EventTable {
 public:
  std::uint32_t append(ContactOrdinal contact, Timestamp at, std::string message_id);
  void set_property(std::uint32_t row, AttributeId property, const Cell& cell) { properties_.set(property, row, cell); }
  void move_contact(ContactOrdinal from, ContactOrdinal into);
  void remove_contact(ContactOrdinal contact);
  void settle(const CellStore& cells, const AttributeTable& properties, std::uint32_t contacts);

  std::span<const std::uint32_t> rows_of(ContactOrdinal contact) const {
    if (contact.value + 1 >= starts_.size()) return {};
    return std::span(order_).subspan(starts_[contact.value], starts_[contact.value + 1] - starts_[contact.value]);
  }
  ContactOrdinal contact(std::uint32_t row) const { return contacts_[row]; }
  Timestamp at(std::uint32_t row) const { return times_[row]; }
  const std::string& message_id(std::uint32_t row) const { return message_ids_[row]; }
  const Cell& property(AttributeId property, std::uint32_t row) const { return properties_.at(property, row); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(times_.size()); }
  std::uint32_t live_rows() const { return live_; }
  // Properties as JSON with sorted keys; the last tie-break of the order.
  std::string content(std::uint32_t row, const CellStore& cells, const AttributeTable& properties) const;

 private:
  static constexpr ContactOrdinal kNobody{0xFFFFFFFF};
  std::vector<ContactOrdinal> contacts_;
  std::vector<Timestamp> times_;
  std::vector<std::string> message_ids_;
  ColumnSet properties_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> starts_;  // by contact ordinal, one more than contacts
  std::uint32_t live_ = 0;
  bool settled_ = false;
};

}  // namespace wanamaker
