#pragma once
// Whether a request really comes from the service that it says. Pure functions; comparisons take the same time wherever the first
// difference is. Source: libsodium (HMAC-SHA-256), OpenSSL (ECDSA over P-256); the ways are those that the services document.

#include "base/result.h"

#include <string_view>

namespace wanamaker {

// SendGrid: ECDSA with SHA-256 over the timestamp and the body as it came. `key`: DER of a public key, `signature`: DER; both in base64.
bool is_signed_by_key(std::string_view key, std::string_view signature, std::string_view timestamp, std::string_view body);
// Errors: invalid, when it is no public key of that kind.
Result<void> check_public_key(std::string_view key);
// Mailgun: HMAC-SHA-256 over timestamp and token, in hexadecimal digits.
bool is_hmac_of(std::string_view key, std::string_view hex, std::string_view timestamp, std::string_view token);
bool is_same_secret(std::string_view a, std::string_view b);

}  // namespace wanamaker
