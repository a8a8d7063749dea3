#pragma once
// People who log in. Key idea: of a password the store has what argon2id made of it, and of a session the hash of its token; whoever
// reads the store's files gets in nowhere.

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace wanamaker {

// What a user may do stands in api/http/permissions.h.
enum class UserRole : std::uint8_t { viewer, marketer, admin };
inline constexpr std::string_view kUserRoleNames[] = {"viewer", "marketer", "admin"};
inline std::string_view name_of(UserRole role) { return kUserRoleNames[static_cast<std::size_t>(role)]; }

inline constexpr std::size_t kUserIdBytes = 12;            // hexadecimal, random
inline constexpr std::size_t kLoginBytesMax = 254;         // as long as an e-mail address may be
inline constexpr std::size_t kPasswordHashBytesMax = 128;  // crypto_pwhash_STRBYTES
inline constexpr std::size_t kUsersMax = 1'000;
inline constexpr std::size_t kSessionIdBytes = 32;         // BLAKE2b-256 of the token
inline constexpr std::size_t kSessionsOfAUser = 20;        // one more ends the oldest
inline constexpr std::int64_t kSessionMs = 12 * 3'600'000;

struct User {
  std::string login;     // such as an e-mail address; compared as texts are
  std::string name;
  UserRole role = UserRole::viewer;
  std::string password;  // as crypto_pwhash_str gives it, with its salt and cost
  Timestamp added_at;
  std::string by;
};
using Users = std::map<std::string, User, std::less<>>;  // by id

struct Session {
  std::string user;      // id
  Timestamp begun_at;
};
using Sessions = std::map<std::string, Session, std::less<>>;  // by id

// Whether an attribute of contacts tells of a person so that not everybody sees it; one without a mark goes by its name.
enum class PersonalMark : std::uint8_t { personal, plain };
using PersonalMarks = std::map<std::string, PersonalMark, std::less<>>;  // by name of the attribute

}  // namespace wanamaker
