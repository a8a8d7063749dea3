#include "delivery/signing.h"

#include "base/check.h"

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

std::string to_base64(const unsigned char* bytes, std::size_t size) {
  std::string text(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the zero byte
  return text;
}

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

std::string new_webhook_secret() {
  CHECK(sodium_init() >= 0, "the machine gives random bytes");
  std::array<unsigned char, kNewBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return std::string(kPrefix) + to_base64(bytes.data(), bytes.size());
}

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
  return "v1," + to_base64(mac.data(), mac.size());
}

}  // namespace wanamaker
