#pragma once
// Users as people see and change them. What an answer shows of a user never has the password in it.

#include "api/workspace.h"
#include "base/json.h"
#include "model/user.h"

#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

std::optional<UserRole> user_role_from(std::string_view name);
std::string new_user_id();
// {id, login, name, role, added_at, by}
Json user_json(const std::string& id, const User& user);
// The user that a command makes.
User user_of(const PutUser& command, Timestamp added_at);

}  // namespace wanamaker
