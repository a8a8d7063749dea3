#pragma once
// Contacts: dense ordinals in order of arrival. An erased one leaves an empty gap that is never used again; a merged one keeps its
// id, which leads to the contact it became. Ids are found by hash and confirmed in the column. Single writer.

#include "columns/column.h"
#include "columns/hash_index.h"
#include "columns/history.h"
#include "columns/id_key.h"
#include "columns/run_column.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// As they are kept in pages.
struct ContactColumns {
  TextColumn ids;       // empty: erased
  Column living;        // 1, or missing where erased or merged
  Column accounts;      // AccountOrdinal
  Column merged_into;   // ContactOrdinal, of a merged contact; it is living
  ColumnSet attributes;
  std::vector<HistoryColumn> histories;  // by AttributeId
  std::uint32_t count = 0;

  void widen(std::uint32_t attribute_count);  // a column for every attribute
  void saved(const ContactColumns& image);
};

class ContactTable {
 public:
  explicit ContactTable(TextHash hash) : by_id_(hash == hash_text ? hash_id : hash), tails_tell_(hash == hash_text) {}

  ContactOrdinal ordinal_for(std::string_view id, bool& is_new);
  // The same for each of many, in their order. Cost: less, since none waits for the memory that another needs.
  std::vector<ContactOrdinal> ordinals_for(std::span<const std::string_view> ids, bool& has_new);
  std::optional<ContactOrdinal> find(std::string_view id) const;
  std::vector<std::string> aliases_of(ContactOrdinal contact) const;
  bool is_living(ContactOrdinal contact) const { return columns_.living.at(contact.value).known; }
  std::string_view id(ContactOrdinal contact) const { return columns_.ids.at(contact.value); }
  std::uint32_t count() const { return columns_.count; }
  std::uint32_t living() const { return living_; }

  std::span<const HistoryEntry> history(AttributeId attribute, ContactOrdinal contact) const;
  void add_history(AttributeId attribute, ContactOrdinal contact, Timestamp at, const Cell& value);

  // Nothing of the contact is left: id, aliases, attributes, histories, account.
  void erase(ContactOrdinal contact);
  // Where INTO knows nothing, FROM's value and history are taken over; FROM's id and aliases lead to INTO.
  void merge(ContactOrdinal from, ContactOrdinal into);

  const ContactColumns& columns() const { return columns_; }
  ContactColumns& columns() { return columns_; }
  // Takes over columns as they were loaded. The broken rule, where there is one.
  std::optional<std::string> load(ContactColumns columns);
  std::optional<std::string> broken_invariant() const;

 private:
  // Where an id was found, and what tells it from others of one hash; tail 0: the id itself does.
  struct Place {
    ContactOrdinal contact;
    std::uint32_t tail = 0;
  };
  std::uint32_t tail_of(std::string_view id) const { return tails_tell_ ? key_of_id(id).tail : 0; }
  bool is_of(const Place& place, std::string_view id, std::uint32_t tail) const { return place.tail == tail && (tail != 0 || this->id(place.contact) == id); }
  ContactOrdinal living_of(ContactOrdinal contact) const;

  ContactColumns columns_;
  std::uint32_t living_ = 0;
  HashIndex<Place> by_id_;                                    // the ordinal that has the id; merged ones too
  bool tails_tell_;                                           // hashes are those of columns/id_key.h
  std::unordered_multimap<std::uint32_t, std::uint32_t> merged_;  // INTO to FROM
};

}  // namespace wanamaker
