#include "columns/record_table.h"

#include <fmt/format.h>

namespace wanamaker {

void RecordColumns::saved(const RecordColumns& image) {
  ids.saved(image.ids, image.rows);
  owner_kinds.saved(image.owner_kinds, image.rows);
  owners.saved(image.owners, image.rows);
  fields.saved(image.fields, image.rows);
}

std::optional<std::uint32_t> RecordTable::find(std::string_view id) const {
  return by_id_.find(id, [&](std::uint32_t row) { return this->id(row) == id; });
}

RecordTable::Owner RecordTable::owner(std::uint32_t row) const {
  const Cell kind = columns_.owner_kinds.at(row);
  if (!kind.known) return {};
  return {.kind = static_cast<OwnerKind>(kind.bits), .ordinal = static_cast<std::uint32_t>(columns_.owners.at(row).bits)};
}

std::uint32_t RecordTable::row_for(std::string_view id) {
  const auto known = find(id);
  if (known) return *known;
  const std::uint32_t row = columns_.rows++;
  columns_.ids.set(row, id);
  by_id_.add(id, row);
  return row;
}

void RecordTable::set_owner(std::uint32_t row, OwnerKind kind, std::uint32_t ordinal) {
  columns_.owner_kinds.set(row, kind == OwnerKind::nobody ? Cell{} : whole_cell(static_cast<std::int64_t>(kind)));
  columns_.owners.set(row, kind == OwnerKind::nobody ? Cell{} : whole_cell(ordinal));
}

// Shape: visit(row, owner).
template <typename Visit>
void RecordTable::for_each_owned(OwnerKind kind, Visit visit) const {
  for_each_known(columns_.owner_kinds, [&](std::uint32_t row, std::int64_t bits) {
    if (bits == static_cast<std::int64_t>(kind)) visit(row, static_cast<std::uint32_t>(columns_.owners.at(row).bits));
  });
}

void RecordTable::move_contact(ContactOrdinal from, ContactOrdinal into) {
  std::vector<std::uint32_t> rows;
  for_each_owned(OwnerKind::contact, [&](std::uint32_t row, std::uint32_t owner) { if (owner == from.value) rows.push_back(row); });
  for (const std::uint32_t row : rows) columns_.owners.set(row, whole_cell(into.value));
}

void RecordTable::remove_contact(ContactOrdinal contact) {
  std::vector<std::uint32_t> rows;
  for_each_owned(OwnerKind::contact, [&](std::uint32_t row, std::uint32_t owner) { if (owner == contact.value) rows.push_back(row); });
  for (const std::uint32_t row : rows) {
    by_id_.erase(id(row), [&](std::uint32_t other) { return other == row; });
    set_owner(row, OwnerKind::nobody, 0);
    columns_.ids.set(row, "");
    columns_.fields.clear(row);
  }
}

void RecordTable::settle(std::uint32_t contacts, std::uint32_t accounts) {
  by_contact_ = GroupIndex<std::uint32_t>(contacts, [&](auto visit) { for_each_owned(OwnerKind::contact, visit); });
  by_account_ = GroupIndex<std::uint32_t>(accounts, [&](auto visit) { for_each_owned(OwnerKind::account, visit); });
}

std::uint32_t RecordTable::live_rows() const {
  std::uint32_t live = 0;
  for_each_known(columns_.owner_kinds, [&](std::uint32_t, std::int64_t) { ++live; });
  return live;
}

std::optional<std::string> RecordTable::load(RecordColumns columns) {
  columns_ = std::move(columns);
  for (std::uint32_t row = 0; row < columns_.rows; ++row) {
    if (id(row).empty()) continue;
    const auto known = by_id_.find(id(row), [&](std::uint32_t other) { return id(other) == id(row); });
    if (known) return fmt::format("records {} and {} have the same id", *known, row);
    by_id_.add(id(row), row);
  }
  return std::nullopt;
}

std::optional<std::string> RecordTable::broken_invariant(std::uint32_t contacts, std::uint32_t accounts) const {
  for (std::uint32_t row = 0; row < columns_.rows; ++row) {
    const Cell kind = columns_.owner_kinds.at(row);
    const Cell owner = columns_.owners.at(row);
    if (kind.known != owner.known) return fmt::format("record {} has half an owner", row);
    if (!kind.known) continue;
    const bool of_contact = kind.bits == static_cast<std::int64_t>(OwnerKind::contact);
    if (!of_contact && kind.bits != static_cast<std::int64_t>(OwnerKind::account)) {
      return fmt::format("record {} has an owner of an unknown kind", row);
    }
    if (owner.bits < 0 || owner.bits >= (of_contact ? contacts : accounts)) {
      return fmt::format("record {} is of {} {}, which is not there", row, of_contact ? "contact" : "account", owner.bits);
    }
    if (id(row).empty()) return fmt::format("record {} has an owner and no id", row);
  }
  return std::nullopt;
}

}  // namespace wanamaker
