#pragma once
// Whether a request really comes from the service that it says. Pure functions; comparisons take the same time wherever the first
// difference is. Source: libsodium (HMAC-SHA-256), OpenSSL (ECDSA over P-256, RSA); the ways are those that the services document.

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <string>
#include <string_view>

namespace wanamaker {

// SendGrid: ECDSA with SHA-256 over the timestamp and the body as it came. `key`: DER of a public key, `signature`: DER; both in base64.
bool is_signed_by_key(std::string_view key, std::string_view signature, std::string_view timestamp, std::string_view body);
// Errors: invalid, when it is no public key of that kind.
Result<void> check_public_key(std::string_view key);
// Mailgun: HMAC-SHA-256 over timestamp and token, in hexadecimal digits.
bool is_hmac_of(std::string_view key, std::string_view hex, std::string_view timestamp, std::string_view token);
// SNS: RSA over some of the members, with SHA-1 or SHA-256 as `SignatureVersion` says. A topic is its ARN, arn:aws:sns:REGION:ACCOUNT:NAME.
bool is_sns_topic(std::string_view text);
// Where the certificate of a message is, if it comes from that topic and the address is one of SNS in the topic's region; else empty.
std::string sns_certificate_address(const Json& message, std::string_view topic);
// `certificate`: in PEM, of whoever answers at that address. False also where it does not hold at `now`.
bool is_signed_by_sns(const Json& message, const std::string& certificate, Timestamp now);
bool is_same_secret(std::string_view a, std::string_view b);

}  // namespace wanamaker
