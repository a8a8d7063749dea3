#pragma once
// Services that send e-mail for us and tell what became of it. Key idea: what such a service tells counts only with the proof that its
// kind knows (a signature, or a secret), so the secret is kept as it is; it is never shown again.

#include "base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

// `other`: what it tells is kept raw and reported, and nothing is made of it.
enum class ProviderKind : std::uint8_t { sendgrid, mailgun, postmark, ses, other };
inline constexpr std::string_view kProviderKindNames[] = {"sendgrid", "mailgun", "postmark", "ses", "other"};
inline std::string_view name_of(ProviderKind kind) { return kProviderKindNames[static_cast<std::size_t>(kind)]; }

inline constexpr std::size_t kProvidersMax = 100;
inline constexpr std::size_t kProviderNameBytesMax = 64;
inline constexpr std::size_t kProviderSecretBytesMax = 1'024;

struct Provider {
  ProviderKind kind = ProviderKind::other;
  // sendgrid: the public key of its signatures; mailgun: the signing key; else the password of Basic.
  std::string secret;
  std::string attribute;  // of contacts: the one that holds the address
  Timestamp saved_at;
  std::string by = {};
};
using Providers = std::map<std::string, Provider, std::less<>>;  // by the name in their address

}  // namespace wanamaker
