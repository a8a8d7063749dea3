#include "api/http/addressees.h"

#include "base/text/fold.h"
#include "language/formatter.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>

namespace wanamaker {
namespace {

// Contacts with one of the texts in the attribute, as conditions find them; none where there is no such attribute of texts.
std::vector<std::uint64_t> find_members(Workspace& workspace, const std::string& attribute, const std::set<std::string>& addresses) {
  std::string texts;
  for (const std::string& address : addresses) texts += (texts.empty() ? "" : ", ") + format(Literal{.value = address});
  const auto definition = workspace.compile(fmt::format("`{}` in ({})", attribute, texts));
  if (!definition) return {};
  return workspace.sweeper().sweep(*definition, workspace.base(), workspace.zone(), workspace.now()).members;
}

}  // namespace

Addressees::Addressees(Workspace& workspace, const std::string& attribute, const std::vector<std::string>& addresses) {
  const Base& base = workspace.base();
  for (const std::string& address : addresses) {
    auto& ids = ids_[fold_key(address)];
    if (const auto contact = base.find_contact(address)) ids.emplace_back(base.contact_id(*contact));
  }
  const auto column = base.schema.contact.find(attribute);
  if (!column || base.schema.contact.at(*column).type != ValueType::text || addresses.empty()) return;
  const std::vector<std::uint64_t> members = find_members(workspace, attribute, {addresses.begin(), addresses.end()});
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (std::uint64_t left = members[i]; left != 0; left &= left - 1) {
      const ContactOrdinal contact{static_cast<std::uint32_t>(i * 64) + static_cast<std::uint32_t>(std::countr_zero(left))};
      const Value value = base.cells.to_value(base.attribute(*column, contact), ValueType::text);
      const auto* text = std::get_if<std::string>(&value);
      const auto found = text == nullptr ? ids_.end() : ids_.find(fold_key(*text));
      if (found != ids_.end()) found->second.emplace_back(base.contact_id(contact));
    }
  }
  for (auto& [address, ids] : ids_) {
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    if (ids.size() > kContactsOfOneAddress) ids.resize(kContactsOfOneAddress);
  }
}

std::vector<std::string> Addressees::of(const std::string& address) const {
  const auto found = ids_.find(fold_key(address));
  return found == ids_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace wanamaker
