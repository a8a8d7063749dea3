#pragma once
// Keys by which programs get in. Key idea: the store never knows the key itself, only its hash; whoever reads the store's files gets in
// nowhere. Revoked ones stay, so that it can be told who could get in when.

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

// What a key may do (api/http/permissions.h): only send what people did; only read; everything; read, but for what is personal.
enum class KeyRole : std::uint8_t { write, read, admin, masked };
inline constexpr std::string_view kKeyRoleNames[] = {"write", "read", "admin", "masked"};
inline std::string_view name_of(KeyRole role) { return kKeyRoleNames[static_cast<std::size_t>(role)]; }

inline constexpr std::size_t kKeyHashBytes = 32;
inline constexpr std::size_t kKeyIdBytes = 12;   // hexadecimal; says nothing about the key
inline constexpr std::size_t kKeysMax = 1'000;   // revoked ones included

struct AccessKey {
  KeyRole role = KeyRole::read;
  std::string name;
  std::string hash;                              // BLAKE2b-256 of the key, kKeyHashBytes raw bytes
  Timestamp added_at;
  std::string by;                                // who added it; may be empty
  std::optional<Timestamp> revoked_at = {};
  std::string revoked_by = {};
};

}  // namespace wanamaker
