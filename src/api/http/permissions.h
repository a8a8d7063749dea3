#pragma once
// Who may do what: the one table. Every route names its permission (routes.cc), and nothing is read or written before it is looked up
// here (service.cc). Segments, contacts and all that is read from them come only through a Call, which a request without leave never gets.

#include "model/access_key.h"

#include <cstdint>

namespace wanamaker {

enum class Permission : std::uint8_t {
  nobody,   // asked of nobody: whether the process lives
  any_key,  // of whoever has a key
  append,   // to say what people did
  read,     // to read people, segments, changes
  change,   // to change definitions, people, lists, keys
};

constexpr bool may(KeyRole role, Permission wanted) {
  switch (wanted) {
    case Permission::nobody:
    case Permission::any_key: return true;
    case Permission::append: return role == KeyRole::write || role == KeyRole::admin;
    case Permission::read: return role == KeyRole::read || role == KeyRole::admin;
    case Permission::change: return role == KeyRole::admin;
  }
  return false;
}

}  // namespace wanamaker
