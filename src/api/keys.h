#pragma once
// Keys of programs: made, listed, revoked, and known again by what a program sends. A key is 256 random bits, so a fast hash of it is
// enough: nobody can try them all. It is shown once, when it is made; the store keeps its hash (model/access_key.h).

#include "api/workspace.h"
#include "engine/access.h"
#include "model/access_key.h"

#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

std::optional<KeyRole> key_role_from(std::string_view name);

struct NewKey {
  KeyRole role = KeyRole::read;
  std::string name;
  std::string by;
};
struct AddedKey {
  std::string id;
  std::string key;  // wk_…, rk_…, ak_… or mk_…: what the program sends; nowhere kept
};
// A new key, and the command that makes it count.
struct PlannedKey {
  AddedKey added;
  AddKey command;
};
PlannedKey plan_key(const NewKey& wanted);
// Errors: invalid (a name), conflict (too many keys), failure.
Result<AddedKey> add_key(Workspace& workspace, const NewKey& wanted);
// {keys: [{id, role, name, added_at, by, revoked_at, revoked_by}]}, the last two where it is revoked.
Json keys_json(const Catalog& catalog);
std::string keys_text(const Json& keys);

// The id of the key that is sent, if it is one that counts. Cost: one hash; the comparison takes the same time wherever the first difference is.
std::optional<std::string> id_of_key(const AccessKeys& keys, std::string_view key);

}  // namespace wanamaker
