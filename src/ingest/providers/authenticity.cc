#include "ingest/providers/authenticity.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wanamaker {
namespace {

using Bytes = std::vector<unsigned char>;
using PublicKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::optional<Bytes> from_base64(std::string_view text) {
  Bytes bytes(text.size());
  std::size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), " \r\n", &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

// Null where it is none.
PublicKey read_key(std::string_view text) {
  PublicKey none(nullptr, EVP_PKEY_free);
  const auto bytes = from_base64(text);
  if (!bytes || bytes->empty()) return none;
  const unsigned char* at = bytes->data();
  PublicKey key(d2i_PUBKEY(nullptr, &at, static_cast<long>(bytes->size())), EVP_PKEY_free);
  const bool good = key && at == bytes->data() + bytes->size() && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC;
  return good ? std::move(key) : std::move(none);
}

}  // namespace

Result<void> check_public_key(std::string_view key) {
  if (read_key(key)) return {};
  return fail(ErrorCode::invalid, "the secret is no public key of an elliptic curve in base64", "copy the verification key of SendGrid's signed event webhook");
}

bool is_signed_by_key(std::string_view key, std::string_view signature, std::string_view timestamp, std::string_view body) {
  const PublicKey known = read_key(key);
  const auto signed_bytes = from_base64(signature);
  const Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!known || !signed_bytes || !digest) return false;
  return EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, known.get()) == 1 && EVP_DigestVerifyUpdate(digest.get(), timestamp.data(), timestamp.size()) == 1 &&
         EVP_DigestVerifyUpdate(digest.get(), body.data(), body.size()) == 1 && EVP_DigestVerifyFinal(digest.get(), signed_bytes->data(), signed_bytes->size()) == 1;
}

bool is_hmac_of(std::string_view key, std::string_view hex, std::string_view timestamp, std::string_view token) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(timestamp), timestamp.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(token), token.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> theirs{};
  std::size_t size = 0;
  if (hex.size() != 2 * theirs.size() || sodium_hex2bin(theirs.data(), theirs.size(), hex.data(), hex.size(), nullptr, &size, nullptr) != 0 || size != theirs.size()) return false;
  return sodium_memcmp(mac.data(), theirs.data(), mac.size()) == 0;
}

// By their hashes: texts of unlike length take no other time.
bool is_same_secret(std::string_view a, std::string_view b) {
  std::array<unsigned char, crypto_generichash_BYTES> left{};
  std::array<unsigned char, crypto_generichash_BYTES> right{};
  crypto_generichash(left.data(), left.size(), bytes_of(a), a.size(), nullptr, 0);
  crypto_generichash(right.data(), right.size(), bytes_of(b), b.size(), nullptr, 0);
  return sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace wanamaker
