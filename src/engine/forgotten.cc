#include "engine/forgotten.h"

#include <algorithm>

namespace wanamaker {

std::vector<std::string> contacts_with(const Base& base, const Erasures& ledger, std::vector<std::string> hashes) {
  std::ranges::sort(hashes);
  std::vector<std::string> ids;
  if (hashes.empty()) return ids;
  const auto is_erased = [&](std::string_view id) { return std::ranges::binary_search(hashes, ledger.hash_of(id)); };
  for (std::uint32_t i = 0; i < base.ordinals(); ++i) {
    if (!base.is_contact({i})) continue;
    const std::vector<std::string> aliases = base.aliases_of({i});
    if (is_erased(base.contact_id({i})) || std::ranges::any_of(aliases, is_erased)) ids.emplace_back(base.contact_id({i}));
  }
  return ids;
}

}  // namespace wanamaker
