#pragma once
// Who is in a base although the ledger of erasures names them: after going back to a state that is older than an erasure.

#include "columns/base.h"
#include "store/erasures.h"

#include <string>
#include <vector>

namespace wanamaker {

// Ids of contacts of which the id or an alias has one of the hashes (hexadecimal, in any order).
// Cost: a keyed hash for each id and alias of the base, where there are hashes.
std::vector<std::string> contacts_with(const Base& base, const Erasures& ledger, std::vector<std::string> hashes);

}  // namespace wanamaker
