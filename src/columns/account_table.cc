#include "columns/account_table.h"

#include <fmt/format.h>

namespace wanamaker {

void AccountColumns::saved(const AccountColumns& image) {
  ids.saved(image.ids, image.count);
  attributes.saved(image.attributes, image.count);
}

std::optional<AccountOrdinal> AccountTable::find(std::string_view id) const {
  return by_id_.find(id, [&](AccountOrdinal account) { return this->id(account) == id; });
}

AccountOrdinal AccountTable::ordinal_for(std::string_view id, bool& is_new) {
  const auto known = find(id);
  is_new = !known;
  if (known) return *known;
  const AccountOrdinal account{columns_.count++};
  columns_.ids.set(account.value, id);
  by_id_.add(id, account);
  return account;
}

std::optional<std::string> AccountTable::load(AccountColumns columns) {
  columns_ = std::move(columns);
  by_id_.reserve(columns_.count);
  for (std::uint32_t row = 0; row < columns_.count; ++row) {
    const std::string_view text = columns_.ids.at(row);
    if (text.empty()) return fmt::format("account {} has no id", row);
    if (const auto known = find(text)) return fmt::format("accounts {} and {} have the same id", known->value, row);
    by_id_.add(text, {row});
  }
  return std::nullopt;
}

}  // namespace wanamaker
