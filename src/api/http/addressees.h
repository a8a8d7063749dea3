#pragma once
// Who has an address of e-mail: the contacts of which an attribute equals it, as conditions compare texts, or whose id it is.
// Immutable; made of the base as it is now.

#include "api/workspace.h"

#include <map>
#include <string>
#include <vector>

namespace wanamaker {

class Addressees {
 public:
  static constexpr std::size_t kContactsOfOneAddress = 10;  // more have it by mistake, such as that of an office

  // Looks all of them up at once. Cost: one sweep over the attribute.
  Addressees(Workspace& workspace, const std::string& attribute, const std::vector<std::string>& addresses);

  // Ids of contacts, sorted; at most kContactsOfOneAddress.
  std::vector<std::string> of(const std::string& address) const;

 private:
  std::map<std::string, std::vector<std::string>> ids_;  // by the folded address
};

}  // namespace wanamaker
