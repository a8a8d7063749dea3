#include "columns/record_table.h"

#include <algorithm>

namespace wanamaker {

std::uint32_t RecordTable::row_for(std::string_view id) {
  const auto [found, inserted] = by_id_.try_emplace(std::string(id), size());
  if (inserted) {
    ids_.emplace_back(id);
    owner_kinds_.push_back(OwnerKind::nobody);
    owners_.push_back(0);
  }
  return found->second;
}

void RecordTable::set_owner(std::uint32_t row, OwnerKind kind, std::uint32_t ordinal) {
  owner_kinds_[row] = kind;
  owners_[row] = ordinal;
}

void RecordTable::move_contact(ContactOrdinal from, ContactOrdinal into) {
  for (std::uint32_t row = 0; row < size(); ++row) {
    if (owner_kinds_[row] == OwnerKind::contact && owners_[row] == from.value) owners_[row] = into.value;
  }
}

void RecordTable::remove_contact(ContactOrdinal contact) {
  for (std::uint32_t row = 0; row < size(); ++row) {
    if (owner_kinds_[row] != OwnerKind::contact || owners_[row] != contact.value) continue;
    owner_kinds_[row] = OwnerKind::nobody;
    by_id_.erase(ids_[row]);
    ids_[row].clear();
  }
}

RecordTable::Index RecordTable::index(OwnerKind kind, std::uint32_t owners) const {
  Index result;
  result.starts.assign(owners + 1, 0);
  for (std::uint32_t row = 0; row < size(); ++row) if (owner_kinds_[row] == kind) ++result.starts[owners_[row] + 1];
  for (std::uint32_t i = 0; i < owners; ++i) result.starts[i + 1] += result.starts[i];
  result.rows.resize(result.starts.back());
  std::vector<std::uint32_t> next(result.starts.begin(), result.starts.end() - 1);
  for (std::uint32_t row = 0; row < size(); ++row) if (owner_kinds_[row] == kind) result.rows[next[owners_[row]]++] = row;
  return result;
}

void RecordTable::settle(std::uint32_t contacts, std::uint32_t accounts) {
  by_contact_ = index(OwnerKind::contact, contacts);
  by_account_ = index(OwnerKind::account, accounts);
}

std::uint32_t RecordTable::live_rows() const {
  return static_cast<std::uint32_t>(std::ranges::count_if(owner_kinds_, [](OwnerKind kind) { return kind != OwnerKind::nobody; }));
}

}  // namespace wanamaker
