#pragma once
// All records of one type (opportunity, ticket …): fields as columns, one owner each, a contact or an account.

#include "columns/cells.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

enum class OwnerKind : std::uint8_t { nobody, contact, account };

class RecordTable {
 public:
  // The row of that id, new or known.
  std::uint32_t row_for(std::string_view id);
  void set_owner(std::uint32_t row, OwnerKind kind, std::uint32_t ordinal);
  void set_field(std::uint32_t row, AttributeId field, const Cell& cell) { fields_.set(field, row, cell); }
  void move_contact(ContactOrdinal from, ContactOrdinal into);
  void remove_contact(ContactOrdinal contact);
  void settle(std::uint32_t contacts, std::uint32_t accounts);

  std::span<const std::uint32_t> of_contact(ContactOrdinal contact) const { return rows(by_contact_, contact.value); }
  std::span<const std::uint32_t> of_account(AccountOrdinal account) const { return rows(by_account_, account.value); }
  const std::string& id(std::uint32_t row) const { return ids_[row]; }
  const Cell& field(AttributeId field, std::uint32_t row) const { return fields_.at(field, row); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ids_.size()); }
  std::uint32_t live_rows() const;

 private:
  struct Index {
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> rows;
  };
  Index index(OwnerKind kind, std::uint32_t owners) const;
  static std::span<const std::uint32_t> rows(const Index& index, std::uint32_t owner) {
    if (owner + 1 >= index.starts.size()) return {};
    return std::span(index.rows).subspan(index.starts[owner], index.starts[owner + 1] - index.starts[owner]);
  }

  std::vector<std::string> ids_;
  boost::unordered_flat_map<std::string, std::uint32_t> by_id_;
  std::vector<OwnerKind> owner_kinds_;
  std::vector<std::uint32_t> owners_;
  ColumnSet fields_;
  Index by_contact_;
  Index by_account_;
};

}  // namespace wanamaker
