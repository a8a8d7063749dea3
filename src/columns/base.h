#pragma once
// The base: everything that is known, in memory, as columns. Contacts have dense ordinals in order of arrival; an erased or merged
// one leaves a gap that is never used again. Derived wholly from the log; writes come from engine/apply only.
// Single writer. Reads need settle() after the last write. Ordinals stand in shards of 65,536, the unit of a sweep.

#include "columns/cells.h"
#include "columns/event_table.h"
#include "columns/record_table.h"
#include "model/catalog.h"
#include "model/schema.h"

#include <boost/unordered/unordered_flat_map.hpp>


#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

inline constexpr std::uint32_t kShardContacts = 65'536;

// One recorded change of an attribute whose history is kept.
struct HistoryEntry {
  Timestamp at;
  std::uint64_t sequence = 0;  // order of writing: decides among equal instants
  Cell value;
};

class Base {
 public:
  Schema schema;
  Catalog catalog;
  CellStore cells;
  std::vector<EventTable> events;    // by EventTypeId
  std::vector<RecordTable> records;  // by RecordTypeId

  // ---- contacts ----
  ContactOrdinal contact_for(std::string_view id);                       // makes it where unknown; follows aliases
  std::optional<ContactOrdinal> find_contact(std::string_view id) const; // follows aliases
  bool is_contact(ContactOrdinal contact) const { return alive_[contact.value]; }
  const std::string& contact_id(ContactOrdinal contact) const { return contact_ids_[contact.value]; }
  std::uint32_t ordinals() const { return static_cast<std::uint32_t>(contact_ids_.size()); }
  std::uint32_t contacts() const { return living_; }
  const Cell& attribute(AttributeId attribute, ContactOrdinal contact) const { return contact_columns_.at(attribute, contact.value); }
  void set_attribute(AttributeId attribute, ContactOrdinal contact, const Cell& cell) { contact_columns_.set(attribute, contact.value, cell); }
  void erase_contact(ContactOrdinal contact);
  void merge_contacts(ContactOrdinal from, ContactOrdinal into);
  std::vector<std::string> aliases_of(ContactOrdinal contact) const;

  // ---- attribute history ----
  void add_history(AttributeId attribute, ContactOrdinal contact, Timestamp at, const Cell& value);
  std::span<const HistoryEntry> history(AttributeId attribute, ContactOrdinal contact) const;  // by (at, sequence)

  // ---- accounts ----
  AccountOrdinal account_for(std::string_view id);
  std::optional<AccountOrdinal> find_account(std::string_view id) const;
  const std::string& account_id(AccountOrdinal account) const { return account_ids_[account.value]; }
  std::uint32_t accounts() const { return static_cast<std::uint32_t>(account_ids_.size()); }
  const Cell& account_attribute(AttributeId attribute, AccountOrdinal account) const { return account_columns_.at(attribute, account.value); }
  void set_account_attribute(AttributeId attribute, AccountOrdinal account, const Cell& cell) { account_columns_.set(attribute, account.value, cell); }
  std::optional<AccountOrdinal> account_of(ContactOrdinal contact) const;
  void set_account_of(ContactOrdinal contact, std::optional<AccountOrdinal> account);
  std::span<const ContactOrdinal> contacts_of(AccountOrdinal account) const;

  // ---- message ids: unique in the workspace ----
  struct EventPlace {
    EventTypeId event;
    std::uint32_t row;
  };
  std::optional<EventPlace> find_message(std::string_view message_id) const;
  void add_message(std::string_view message_id, EventPlace place) { messages_.emplace(std::string(message_id), place); }

  // Changes all values of a column to another type; those that do not convert become missing.
  void convert_column(const TableName& table, AttributeId attribute, ValueType from, ValueType to);
  // Visits every known value of a column. Shape: visit(owner id, row, cell).
  template <typename Visit>
  void for_each_value(const TableName& table, AttributeId attribute, Visit visit) const;

  void touch() { settled_ = false; }  // records were written
  // Makes the orders and indexes that reads need. Cost: linear in what changed since the last one.
  void settle();

 private:
  static constexpr std::uint32_t kNoAccount = 0xFFFFFFFF;

  std::vector<std::string> contact_ids_;
  std::vector<bool> alive_;
  std::uint32_t living_ = 0;
  boost::unordered_flat_map<std::string, ContactOrdinal> by_contact_id_;  // aliases too
  ColumnSet contact_columns_;
  std::vector<std::uint32_t> account_of_;
  boost::unordered_flat_map<std::uint64_t, std::vector<HistoryEntry>> history_;  // (attribute, contact)
  std::uint64_t history_sequence_ = 0;

  std::vector<std::string> account_ids_;
  boost::unordered_flat_map<std::string, AccountOrdinal> by_account_id_;
  ColumnSet account_columns_;
  std::vector<std::vector<ContactOrdinal>> contacts_of_;

  boost::unordered_flat_map<std::string, EventPlace> messages_;
  bool settled_ = true;
};

template <typename Visit>
void Base::for_each_value(const TableName& table, AttributeId attribute, Visit visit) const {
  switch (table.kind) {
    case TableKind::contact:
      for (std::uint32_t i = 0; i < ordinals(); ++i) {
        const Cell& cell = contact_columns_.at(attribute, i);
        if (cell.known && alive_[i]) visit(contact_ids_[i], i, cell);
      }
      break;
    case TableKind::account:
      for (std::uint32_t i = 0; i < accounts(); ++i) {
        const Cell& cell = account_columns_.at(attribute, i);
        if (cell.known) visit(account_ids_[i], i, cell);
      }
      break;
    case TableKind::event: {
      const EventTable& events_of = events[schema.find_event(table.name)->value];
      for (std::uint32_t i = 0; i < ordinals(); ++i) {
        for (const std::uint32_t row : events_of.rows_of({i})) {
          const Cell& cell = events_of.property(attribute, row);
          if (cell.known) visit(contact_ids_[i], row, cell);
        }
      }
      break;
    }
    case TableKind::record: {
      const RecordTable& records_of = records[schema.find_record(table.name)->value];
      for (std::uint32_t i = 0; i < records_of.size(); ++i) {
        const Cell& cell = records_of.field(attribute, i);
        if (cell.known) visit(records_of.id(i), i, cell);
      }
      break;
    }
  }
}

}  // namespace wanamaker
