#include "api/users.h"

#include "base/check.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

namespace wanamaker {

std::optional<UserRole> user_role_from(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kUserRoleNames); ++i)
    if (kUserRoleNames[i] == name) return static_cast<UserRole>(i);
  return std::nullopt;
}

std::string new_user_id() {
  CHECK(sodium_init() >= 0, "the machine gives random bytes");
  std::array<unsigned char, kUserIdBytes / 2> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string id;
  for (const unsigned char byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

Json user_json(const std::string& id, const User& user) {
  return Json::object().set("id", id).set("login", user.login).set("name", user.name).set("role", name_of(user.role)).set("added_at", to_string(user.added_at)).set("by", user.by);
}

User user_of(const PutUser& command, Timestamp added_at) {
  return {.login = command.login, .name = command.name, .role = command.role, .password = command.password, .added_at = added_at, .by = command.by};
}

}  // namespace wanamaker
