#include "delivery/signing.h"

#include "base/check.h"
#include "delivery/random_secret.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <optional>
#include <vector>

namespace wanamaker {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kBytesMin = 24;
constexpr std::size_t kBytesMax = 64;
constexpr std::size_t kNewBytes = 32;

std::optional<std::vector<unsigned char>> bytes_of_secret(std::string_view secret) {
  if (!secret.starts_with(kPrefix)) return std::nullopt;
  secret.remove_prefix(kPrefix.size());
  std::vector<unsigned char> bytes(secret.size());
  std::size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), secret.data(), secret.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) return std::nullopt;
  bytes.resize(size);
  if (size < kBytesMin || size > kBytesMax) return std::nullopt;
  return bytes;
}

}  // namespace

std::string new_webhook_secret() { return std::string(kPrefix) + random_secret(kNewBytes, Base64::padded); }

Result<void> check_webhook_secret(std::string_view secret) {
  if (bytes_of_secret(secret)) return {};
  return fail(ErrorCode::invalid, fmt::format("the secret is not {} and {} to {} bytes in base64", kPrefix, kBytesMin, kBytesMax), "leave it out, and one is made");
}

std::string webhook_signature(std::string_view secret, std::string_view id, std::int64_t at_seconds, std::string_view body) {
  const auto key = bytes_of_secret(secret);
  CHECK(key.has_value(), "a secret is checked before it is kept");
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key->data(), key->size());
  const std::string head = fmt::format("{}.{}.", id, at_seconds);
  for (const std::string_view part : {std::string_view(head), body}) crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  return "v1," + base64_of(mac, Base64::padded);
}

}  // namespace wanamaker
