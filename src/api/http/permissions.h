#pragma once
// Who may do what: the one table, for keys and for users. Every route names its permission (routes.cc), and nothing is read or written
// before it is looked up here (service.cc). Segments, contacts and all that is read from them come only through a Call, which a request
// without leave never gets.

#include "model/access_key.h"
#include "model/user.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace wanamaker {

enum class Permission : std::uint8_t {
  nobody,   // asked of nobody: whether the process lives
  any_key,  // of whoever has a key or a session
  session,  // of whoever has logged in
  append,   // to say what people did
  read,     // to read people, segments, changes
  edit,     // to change segments, lists and contacts
  change,   // to change what others depend on: the schema, keys, users, webhooks; to erase
};

enum class Role : std::uint8_t { write_key, read_key, admin_key, masked_key, viewer, marketer, admin };
inline constexpr std::string_view kRoleNames[] = {"write key", "read key", "admin key", "masked key", "viewer", "marketer", "admin"};
inline std::string_view name_of(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }

constexpr Role role_of(KeyRole role) {
  switch (role) {
    case KeyRole::write: return Role::write_key;
    case KeyRole::read: return Role::read_key;
    case KeyRole::admin: return Role::admin_key;
    case KeyRole::masked: return Role::masked_key;
  }
  return Role::masked_key;
}
constexpr Role role_of(UserRole role) {
  switch (role) {
    case UserRole::viewer: return Role::viewer;
    case UserRole::marketer: return Role::marketer;
    case UserRole::admin: return Role::admin;
  }
  return Role::viewer;
}

constexpr bool is_user(Role role) { return role == Role::viewer || role == Role::marketer || role == Role::admin; }

constexpr bool may(Role role, Permission wanted) {
  const bool is_admin = role == Role::admin_key || role == Role::admin;
  switch (wanted) {
    case Permission::nobody:
    case Permission::any_key: return true;
    case Permission::session: return is_user(role);
    case Permission::append: return is_admin || role == Role::write_key;
    case Permission::read: return role != Role::write_key;
    case Permission::edit: return is_admin || role == Role::marketer;
    case Permission::change: return is_admin;
  }
  return false;
}

// Personal values (api/http/masking.h).
constexpr bool sees_personal(Role role) { return role != Role::masked_key && role != Role::viewer; }

// Who was let in.
struct Holder {
  std::string id;             // of the key or the user
  Role role = Role::viewer;
  std::string name;
  std::string session = {};   // id of the session, of a user
};

}  // namespace wanamaker
