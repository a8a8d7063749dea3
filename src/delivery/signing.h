#pragma once
// Signatures of webhooks as Standard Webhooks 1.0 has them: HMAC-SHA-256 over `id.timestamp.body`. Pure but for new_secret().
// Source: https://github.com/standard-webhooks/standard-webhooks, libsodium.

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace wanamaker {

// whsec_ and 32 random bytes in base64.
std::string new_webhook_secret();
// Errors: invalid, unless it is whsec_ and 24 to 64 bytes in base64.
Result<void> check_webhook_secret(std::string_view secret);
// `v1,` and the signature in base64. The secret was checked. Units: seconds since 1970.
std::string webhook_signature(std::string_view secret, std::string_view id, std::int64_t at_seconds, std::string_view body);

}  // namespace wanamaker
