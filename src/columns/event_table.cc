#include "columns/event_table.h"

#include "base/json.h"

#include <algorithm>
#include <map>

namespace wanamaker {

std::uint32_t EventTable::append(ContactOrdinal contact, Timestamp at, std::string message_id) {
  contacts_.push_back(contact);
  times_.push_back(at);
  message_ids_.push_back(std::move(message_id));
  settled_ = false;
  return size() - 1;
}

void EventTable::move_contact(ContactOrdinal from, ContactOrdinal into) {
  std::ranges::replace(contacts_, from, into);
  settled_ = false;
}

void EventTable::remove_contact(ContactOrdinal contact) {
  for (std::uint32_t row = 0; row < size(); ++row) if (contacts_[row] == contact) message_ids_[row].clear();
  std::ranges::replace(contacts_, contact, kNobody);
  settled_ = false;
}

std::string EventTable::content(std::uint32_t row, const CellStore& cells, const AttributeTable& properties) const {
  std::map<std::string, std::string> members;
  for (std::uint32_t i = 0; i < properties.size(); ++i) {
    const Cell& cell = properties_.at({i}, row);
    if (cell.known) members[properties.at({i}).name] = to_json_text(cells.to_value(cell, properties.at({i}).type));
  }
  std::string text = "{";
  for (const auto& [name, value] : members) text += (text.size() > 1 ? "," : "") + json_quote(name) + ":" + value;
  return text + "}";
}

void EventTable::settle(const CellStore& cells, const AttributeTable& properties, std::uint32_t contacts) {
  if (settled_ && starts_.size() == contacts + 1) return;
  settled_ = true;
  starts_.assign(contacts + 1, 0);
  for (const ContactOrdinal contact : contacts_) if (contact != kNobody) ++starts_[contact.value + 1];
  for (std::uint32_t i = 0; i < contacts; ++i) starts_[i + 1] += starts_[i];
  live_ = starts_.back();
  order_.resize(live_);
  std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
  for (std::uint32_t row = 0; row < size(); ++row) if (contacts_[row] != kNobody) order_[next[contacts_[row].value]++] = row;
  const auto earlier = [&](std::uint32_t a, std::uint32_t b) {
    if (times_[a] != times_[b]) return times_[a] < times_[b];
    if (message_ids_[a] != message_ids_[b]) return message_ids_[a] < message_ids_[b];
    return content(a, cells, properties) < content(b, cells, properties);
  };
  for (std::uint32_t i = 0; i < contacts; ++i) {
    const auto first = order_.begin() + starts_[i];
    const auto last = order_.begin() + starts_[i + 1];
    if (!std::is_sorted(first, last, earlier)) std::stable_sort(first, last, earlier);
  }
}

}  // namespace wanamaker
