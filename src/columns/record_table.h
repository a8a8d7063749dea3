#pragma once
// All records of one type (opportunity, ticket …): fields as columns, one owner each, a contact or an account. Single writer.

#include "columns/column.h"
#include "columns/group_index.h"
#include "columns/hash_index.h"
#include "columns/run_column.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wanamaker {

enum class OwnerKind : std::uint8_t { nobody, contact, account };

// As they are kept in pages.
struct RecordColumns {
  TextColumn ids;      // empty: erased
  Column owner_kinds;  // OwnerKind contact or account; missing: nobody
  Column owners;       // ordinal of contact or account; known where the kind is
  ColumnSet fields;
  std::uint32_t rows = 0;

  void saved(const RecordColumns& image);
};

class RecordTable {
 public:
  // The row of that id, new or known.
  std::uint32_t row_for(std::string_view id);
  std::optional<std::uint32_t> find(std::string_view id) const;
  void set_owner(std::uint32_t row, OwnerKind kind, std::uint32_t ordinal);
  struct Owner {
    OwnerKind kind = OwnerKind::nobody;
    std::uint32_t ordinal = 0;  // of the contact or account
  };
  Owner owner(std::uint32_t row) const;
  void set_field(std::uint32_t row, AttributeId field, const Cell& cell) { columns_.fields.set(field, row, cell); }
  void move_contact(ContactOrdinal from, ContactOrdinal into);
  void remove_contact(ContactOrdinal contact);  // nothing of its records is left
  void settle(std::uint32_t contacts, std::uint32_t accounts);

  std::span<const std::uint32_t> of_contact(ContactOrdinal contact) const { return by_contact_.of(contact.value); }
  std::span<const std::uint32_t> of_account(AccountOrdinal account) const { return by_account_.of(account.value); }
  std::string_view id(std::uint32_t row) const { return columns_.ids.at(row); }
  Cell field(AttributeId field, std::uint32_t row) const { return columns_.fields.at(field, row); }
  std::uint32_t size() const { return columns_.rows; }
  std::uint32_t live_rows() const;

  // ---- pages ----
  const RecordColumns& columns() const { return columns_; }
  RecordColumns& columns() { return columns_; }
  std::optional<std::string> load(RecordColumns columns);
  std::optional<std::string> broken_invariant(std::uint32_t contacts, std::uint32_t accounts) const;

 private:
  template <typename Visit>
  void for_each_owned(OwnerKind kind, Visit visit) const;

  RecordColumns columns_;
  HashIndex<std::uint32_t> by_id_;
  GroupIndex<std::uint32_t> by_contact_;
  GroupIndex<std::uint32_t> by_account_;
};

}  // namespace wanamaker
