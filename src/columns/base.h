#pragma once
// The base: everything that is known, in memory, as columns. Contacts have dense ordinals in order of arrival; an erased or merged
// one leaves a gap that is never used again. Derived wholly from the log; writes come from engine/apply only.
// Single writer; moved, never copied. Reads need settle() after the last write. A checkpoint takes an image(), which other threads may
// read while writing goes on, writes its dirty pages (pages.h) and says saved(). Ordinals stand in shards of 65,536, the unit of a sweep.

#include "base/mutex.h"
#include "columns/base_image.h"
#include "columns/id_order.h"
#include "columns/set_planes.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class Base {
 public:
  // Tests pass a hash that collides.
  explicit Base(TextHash hash = hash_text) : contacts_(hash), accounts_(hash), messages_(hash) {}
  Base(Base&&) = default;
  Base& operator=(Base&&) = default;

  Schema schema;
  Catalog catalog;
  CellStore cells;
  std::vector<EventTable> events;    // by EventTypeId
  std::vector<RecordTable> records;  // by RecordTypeId

  // ---- contacts ----
  ContactOrdinal contact_for(std::string_view id);                       // makes it where unknown; follows aliases
  std::vector<ContactOrdinal> contacts_for(std::span<const std::string_view> ids);       // likewise, one after another; quicker for many
  std::optional<ContactOrdinal> find_contact(std::string_view id) const { return contacts_.find(id); }  // follows aliases
  bool is_contact(ContactOrdinal contact) const { return contacts_.is_living(contact); }
  std::string_view contact_id(ContactOrdinal contact) const { return contacts_.id(contact); }
  std::uint32_t ordinals() const { return contacts_.count(); }
  // By ordinal: numbers that order as the bytes of ids do; those of gaps mean nothing. Any reader may ask. Cost: columns/id_order.h.
  std::span<const std::uint32_t> id_ranks() const;
  // Likewise: the contact with that id, no aliases; ranks of ids that begin with a text; contacts whose ids are not their own keys.
  std::optional<ContactOrdinal> contact_with_id(std::string_view id) const { return id_order().find(id, contacts_); }
  IdOrder::Ranks ids_starting_with(std::string_view text) const { return id_order().starting_with(text, contacts_); }
  std::span<const ContactOrdinal> unfolded_ids() const { return id_order().unfolded(); }
  std::uint32_t contacts() const { return contacts_.living(); }
  Cell attribute(AttributeId attribute, ContactOrdinal contact) const { return contacts_.columns().attributes.at(attribute, contact.value); }
  const std::vector<Column>& attributes() const { return contacts_.columns().attributes.all(); }  // by AttributeId; those never written may lack
  // Elements of a set attribute as bits; nullptr where settle() has made none.
  const SetPlanes* set_planes(AttributeId attribute) const { return attribute.value < set_planes_.size() ? &set_planes_[attribute.value] : nullptr; }
  const Column& living() const { return contacts_.columns().living; }                             // known: a contact
  const Column& account_links() const { return contacts_.columns().accounts; }                    // AccountOrdinal
  void set_attribute(AttributeId attribute, ContactOrdinal contact, const Cell& cell) { contacts_.columns().attributes.set(attribute, contact.value, cell); }
  // Nothing of the contact is left in a column; texts that nobody else has stay in the pool until collect().
  void erase_contact(ContactOrdinal contact);
  void merge_contacts(ContactOrdinal from, ContactOrdinal into);
  std::vector<std::string> aliases_of(ContactOrdinal contact) const { return contacts_.aliases_of(contact); }

  // ---- attribute history: of attributes whose history the schema keeps ----
  void add_history(AttributeId attribute, ContactOrdinal contact, Timestamp at, const Cell& value);
  // By instant, then by order of writing.
  std::span<const HistoryEntry> history(AttributeId attribute, ContactOrdinal contact) const { return contacts_.history(attribute, contact); }

  // ---- accounts ----
  AccountOrdinal account_for(std::string_view id);
  std::optional<AccountOrdinal> find_account(std::string_view id) const { return accounts_.find(id); }
  std::string_view account_id(AccountOrdinal account) const { return accounts_.id(account); }
  std::uint32_t accounts() const { return accounts_.count(); }
  const std::vector<Column>& account_attributes() const { return accounts_.columns().attributes.all(); }
  Cell account_attribute(AttributeId attribute, AccountOrdinal account) const { return accounts_.columns().attributes.at(attribute, account.value); }
  void set_account_attribute(AttributeId attribute, AccountOrdinal account, const Cell& cell) { accounts_.columns().attributes.set(attribute, account.value, cell); }
  std::optional<AccountOrdinal> account_of(ContactOrdinal contact) const;
  void set_account_of(ContactOrdinal contact, std::optional<AccountOrdinal> account);
  std::span<const ContactOrdinal> contacts_of(AccountOrdinal account) const { return contacts_of_.of(account.value); }

  // ---- message ids: unique in the workspace ----
  struct EventPlace {
    EventTypeId event;
    std::uint32_t row;
  };
  // One that was added, with what is asked of it at once.
  struct NewEvent {
    EventPlace place;
    ContactOrdinal contact;
    Timestamp at;
  };
  std::optional<EventPlace> find_message(std::string_view message_id) const;
  // The event there has that message id, and no other has it.
  void add_message(std::string_view message_id, EventPlace place) { messages_.add(message_id, place); }

  // Changes all values of a column to another type; those that do not convert become missing.
  void convert_column(const TableName& table, AttributeId attribute, ValueType from, ValueType to);
  // Visits every known value of a column. Shape: visit(owner id, row, cell).
  template <typename Visit>
  void for_each_value(const TableName& table, AttributeId attribute, Visit visit) const;

  void touch() { settled_ = false; }  // records were written
  // Makes the orders and indexes that reads need. Cost: linear in what changed since the last one.
  void settle();
  // The strips of events alone: all that conditions on events and on a contact's own attributes read.
  void settle_events();
  // Drops texts, sets and locations that nothing refers to any more; their bytes are gone, their ids stay holes. How many were dropped.
  // Cost: a walk over all columns of these types.
  std::uint32_t collect();

  // ---- pages ----
  BaseImage image() const;
  // The dirty pages of that image are durable: what was not changed since is clean.
  void saved(const BaseImage& image);
  // Takes over loaded columns and makes what is derived. The broken rule, where there is one; the base is then of no use.
  std::optional<std::string> load(BaseColumns columns);
  // Names the first broken rule: counts agree, ordinals and codes are in range, owners are there, strips are sorted.
  std::optional<std::string> broken_invariant() const;

 private:
  std::optional<std::string> broken_column(const ColumnSet& columns, const AttributeTable& attributes, std::string_view table) const;
  std::optional<std::string> broken_histories() const;
  std::optional<std::string> broken_lists() const;
  std::optional<std::string> load_messages();
  void convert_histories(AttributeId attribute, ValueType from, ValueType to);
  void refresh_set_planes();
  const IdOrder& id_order() const;

  struct IdRanks {
    Mutex mutex;
    IdOrder order;
  };

  ContactTable contacts_;
  AccountTable accounts_;
  GroupIndex<ContactOrdinal> contacts_of_;
  HashIndex<EventPlace> messages_;
  std::vector<SetPlanes> set_planes_;  // by AttributeId; of other types they are empty
  std::unique_ptr<IdRanks> id_ranks_ = std::make_unique<IdRanks>();  // made when it is asked for
  bool settled_ = true;
};

template <typename Visit>
void Base::for_each_value(const TableName& table, AttributeId attribute, Visit visit) const {
  switch (table.kind) {
    case TableKind::contact:
      for (std::uint32_t i = 0; i < ordinals(); ++i) {
        const Cell cell = this->attribute(attribute, {i});
        if (cell.known && is_contact({i})) visit(contact_id({i}), i, cell);
      }
      break;
    case TableKind::account:
      for (std::uint32_t i = 0; i < accounts(); ++i) {
        const Cell cell = account_attribute(attribute, {i});
        if (cell.known) visit(account_id({i}), i, cell);
      }
      break;
    case TableKind::event: {
      const EventTable& events_of = events[schema.find_event(table.name)->value];
      for (std::uint32_t i = 0; i < ordinals(); ++i) {
        for (const std::uint32_t row : events_of.rows_of({i})) {
          const Cell cell = events_of.property(attribute, row);
          if (cell.known) visit(contact_id({i}), row, cell);
        }
      }
      break;
    }
    case TableKind::record: {
      const RecordTable& records_of = records[schema.find_record(table.name)->value];
      for (std::uint32_t i = 0; i < records_of.size(); ++i) {
        const Cell cell = records_of.field(attribute, i);
        if (cell.known) visit(records_of.id(i), i, cell);
      }
      break;
    }
  }
}

}  // namespace wanamaker
