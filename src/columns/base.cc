#include "columns/base.h"

#include "base/check.h"

#include <algorithm>

namespace wanamaker {
namespace {

std::uint64_t history_key(AttributeId attribute, ContactOrdinal contact) { return (std::uint64_t{attribute.value} << 32) | contact.value; }

}  // namespace

ContactOrdinal Base::contact_for(std::string_view id) {
  const auto [found, inserted] = by_contact_id_.try_emplace(std::string(id), ContactOrdinal{ordinals()});
  if (!inserted) return found->second;
  contact_ids_.emplace_back(id);
  alive_.push_back(true);
  account_of_.push_back(kNoAccount);
  ++living_;
  settled_ = false;
  return found->second;
}

std::optional<ContactOrdinal> Base::find_contact(std::string_view id) const {
  const auto found = by_contact_id_.find(std::string(id));
  if (found == by_contact_id_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Base::aliases_of(ContactOrdinal contact) const {
  std::vector<std::string> aliases;
  for (const auto& [id, ordinal] : by_contact_id_) if (ordinal == contact && id != contact_id(contact)) aliases.push_back(id);
  std::ranges::sort(aliases);
  return aliases;
}

void Base::erase_contact(ContactOrdinal contact) {
  boost::unordered::erase_if(by_contact_id_, [&](const auto& entry) { return entry.second == contact; });
  boost::unordered::erase_if(messages_, [&](const auto& entry) {
    const auto rows = events[entry.second.event.value].rows_of(contact);
    return std::ranges::find(rows, entry.second.row) != rows.end();
  });
  for (EventTable& table : events) table.remove_contact(contact);
  for (RecordTable& table : records) table.remove_contact(contact);
  for (std::uint32_t i = 0; i < schema.contact.size(); ++i) {
    contact_columns_.set({i}, contact.value, Cell{});
    history_.erase(history_key({i}, contact));
  }
  for (auto& [key, list] : catalog.lists) list.entries.erase(contact);
  account_of_[contact.value] = kNoAccount;
  contact_ids_[contact.value].clear();
  if (alive_[contact.value]) --living_;
  alive_[contact.value] = false;
  settled_ = false;
}

void Base::merge_contacts(ContactOrdinal from, ContactOrdinal into) {
  for (std::uint32_t i = 0; i < schema.contact.size(); ++i) {
    const AttributeId attribute{i};
    if (schema.contact.at(attribute).history == History::kept) {
      const auto entries = history_.find(history_key(attribute, from));
      if (entries != history_.end() && history(attribute, into).empty()) {
        auto moved = std::move(entries->second);
        history_[history_key(attribute, into)] = std::move(moved);
      }
      history_.erase(history_key(attribute, from));
    }
    if (!this->attribute(attribute, into).known) set_attribute(attribute, into, this->attribute(attribute, from));
    set_attribute(attribute, from, Cell{});
  }
  if (account_of_[into.value] == kNoAccount) account_of_[into.value] = account_of_[from.value];
  account_of_[from.value] = kNoAccount;
  for (EventTable& table : events) table.move_contact(from, into);
  for (RecordTable& table : records) table.move_contact(from, into);
  for (auto& [key, list] : catalog.lists) {
    const auto entry = list.entries.find(from);
    if (entry == list.entries.end()) continue;
    list.entries.try_emplace(into, entry->second);
    list.entries.erase(from);
  }
  for (auto& [id, ordinal] : by_contact_id_) if (ordinal == from) ordinal = into;
  alive_[from.value] = false;
  --living_;
  settled_ = false;
}

void Base::add_history(AttributeId attribute, ContactOrdinal contact, Timestamp at, const Cell& value) {
  auto& entries = history_[history_key(attribute, contact)];
  const HistoryEntry entry{.at = at, .sequence = history_sequence_++, .value = value};
  const auto after = std::ranges::upper_bound(entries, at, {}, &HistoryEntry::at);
  entries.insert(after, entry);
  set_attribute(attribute, contact, entries.back().value);
}

std::span<const HistoryEntry> Base::history(AttributeId attribute, ContactOrdinal contact) const {
  const auto found = history_.find(history_key(attribute, contact));
  if (found == history_.end()) return {};
  return found->second;
}

AccountOrdinal Base::account_for(std::string_view id) {
  const auto [found, inserted] = by_account_id_.try_emplace(std::string(id), AccountOrdinal{accounts()});
  if (inserted) {
    account_ids_.emplace_back(id);
    settled_ = false;
  }
  return found->second;
}

std::optional<AccountOrdinal> Base::find_account(std::string_view id) const {
  const auto found = by_account_id_.find(std::string(id));
  if (found == by_account_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<AccountOrdinal> Base::account_of(ContactOrdinal contact) const {
  const std::uint32_t account = account_of_[contact.value];
  if (account == kNoAccount) return std::nullopt;
  return AccountOrdinal{account};
}

void Base::set_account_of(ContactOrdinal contact, std::optional<AccountOrdinal> account) {
  account_of_[contact.value] = account ? account->value : kNoAccount;
  settled_ = false;
}

std::span<const ContactOrdinal> Base::contacts_of(AccountOrdinal account) const {
  if (account.value >= contacts_of_.size()) return {};
  return contacts_of_[account.value];
}

std::optional<Base::EventPlace> Base::find_message(std::string_view message_id) const {
  const auto found = messages_.find(std::string(message_id));
  if (found == messages_.end()) return std::nullopt;
  return found->second;
}

void Base::convert_column(const TableName& table, AttributeId attribute, ValueType from, ValueType to) {
  std::vector<std::pair<std::uint32_t, Cell>> converted;
  for_each_value(table, attribute, [&](const std::string&, std::uint32_t row, const Cell& cell) {
    const auto value = parse_value(to_string(cells.to_value(cell, from)), to);
    const auto* good = std::get_if<Value>(&value);
    converted.emplace_back(row, good != nullptr ? cells.to_cell(*good) : Cell{});
  });
  for (const auto& [row, cell] : converted) {
    switch (table.kind) {
      case TableKind::contact: set_attribute(attribute, {row}, cell); break;
      case TableKind::account: set_account_attribute(attribute, {row}, cell); break;
      case TableKind::event: events[schema.find_event(table.name)->value].set_property(row, attribute, cell); break;
      case TableKind::record: records[schema.find_record(table.name)->value].set_field(row, attribute, cell); break;
    }
  }
  if (table.kind == TableKind::contact) {
    for (auto& [key, entries] : history_) {
      if (key >> 32 != attribute.value) continue;
      for (HistoryEntry& entry : entries) {
        if (!entry.value.known) continue;
        const auto value = parse_value(to_string(cells.to_value(entry.value, from)), to);
        const auto* good = std::get_if<Value>(&value);
        entry.value = good != nullptr ? cells.to_cell(*good) : Cell{};
      }
    }
  }
}

void Base::settle() {
  const std::uint32_t count = ordinals();
  for (std::uint32_t i = 0; i < events.size(); ++i) events[i].settle(cells, schema.events[i].properties, count);
  if (settled_) return;
  settled_ = true;
  for (RecordTable& table : records) table.settle(count, accounts());
  contacts_of_.assign(accounts(), {});
  for (std::uint32_t i = 0; i < count; ++i) {
    if (alive_[i] && account_of_[i] != kNoAccount) contacts_of_[account_of_[i]].push_back({i});
  }
}

}  // namespace wanamaker
