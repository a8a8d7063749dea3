#pragma once
// Accounts (organisations): dense ordinals in order of arrival, found by id. Single writer.

#include "columns/column.h"
#include "columns/hash_index.h"
#include "columns/run_column.h"

#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

// As they are kept in pages.
struct AccountColumns {
  TextColumn ids;
  ColumnSet attributes;
  std::uint32_t count = 0;

  void saved(const AccountColumns& image);
};

class AccountTable {
 public:
  explicit AccountTable(TextHash hash) : by_id_(hash) {}

  AccountOrdinal ordinal_for(std::string_view id, bool& is_new);
  std::optional<AccountOrdinal> find(std::string_view id) const;
  std::string_view id(AccountOrdinal account) const { return columns_.ids.at(account.value); }
  std::uint32_t count() const { return columns_.count; }

  const AccountColumns& columns() const { return columns_; }
  AccountColumns& columns() { return columns_; }
  // Takes over columns as they were loaded. The broken rule, where there is one.
  std::optional<std::string> load(AccountColumns columns);

 private:
  AccountColumns columns_;
  HashIndex<AccountOrdinal> by_id_;
};

}  // namespace wanamaker
