#include "ingest/providers/authenticity.h"

#include "ingest/providers/provider_events.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <optional>
#include <span>
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

// ---- SNS ----

struct Topic {
  std::string_view partition;
  std::string_view region;
};

bool is_all_of(std::string_view text, bool (*is_good)(char)) { return !text.empty() && std::ranges::all_of(text, is_good); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_low(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; }
bool is_of_name(char c) { return is_low(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '.'; }

std::optional<Topic> topic_from(std::string_view text) {
  std::array<std::string_view, 6> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t colon = i + 1 < parts.size() ? text.find(':') : text.size();
    if (colon == std::string_view::npos) return std::nullopt;
    parts[i] = text.substr(0, colon);
    text.remove_prefix(std::min(text.size(), colon + 1));
  }
  const auto& [arn, partition, service, region, account, name] = parts;
  const bool is_good = arn == "arn" && partition.starts_with("aws") && is_all_of(partition, is_low) && service == "sns" && is_all_of(region, is_low) && is_all_of(account, is_digit) && is_all_of(name, is_of_name);
  return is_good ? std::optional(Topic{.partition = partition, .region = region}) : std::nullopt;
}

// What is signed, as AWS documents it: names and values of these members, each on a line of its own, but for a subject that is not there.
// Nothing: the message is of no type that is signed.
std::optional<std::string> signed_text(const Json& message) {
  const std::string type = text_at(message, {"Type"});
  const bool confirms = type == "SubscriptionConfirmation" || type == "UnsubscribeConfirmation";
  if (!confirms && type != "Notification") return std::nullopt;
  constexpr std::string_view kOfNotification[] = {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"};
  constexpr std::string_view kOfConfirmation[] = {"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"};
  const std::span<const std::string_view> members = confirms ? std::span<const std::string_view>(kOfConfirmation) : kOfNotification;
  std::string text;
  for (const std::string_view member : members) {
    const Json* value = message.find(member);
    if (member == "Subject" && (value == nullptr || value->as_string() == nullptr)) continue;
    if (value == nullptr || value->as_string() == nullptr) return std::nullopt;
    text += std::string(member) + "\n" + *value->as_string() + "\n";
  }
  return text;
}

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate read_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return Certificate(bytes ? PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
}

bool holds_at(const X509* certificate, Timestamp now) {
  std::time_t seconds = now.ms / 1'000;
  return X509_cmp_time(X509_get0_notBefore(certificate), &seconds) < 0 && X509_cmp_time(X509_get0_notAfter(certificate), &seconds) > 0;
}

}  // namespace

bool is_sns_topic(std::string_view text) { return topic_from(text).has_value(); }

std::string sns_certificate_address(const Json& message, std::string_view topic) {
  const auto parts = topic_from(topic);
  if (!parts || text_at(message, {"TopicArn"}) != topic) return {};
  const std::string address = text_at(message, {"SigningCertURL"});
  const std::string wanted = fmt::format("https://sns.{}.amazonaws.com{}/", parts->region, parts->partition == "aws-cn" ? ".cn" : "");
  if (!address.starts_with(wanted) || !address.ends_with(".pem")) return {};
  return is_all_of(std::string_view(address).substr(wanted.size()), is_of_name) ? address : std::string();
}

bool is_signed_by_sns(const Json& message, const std::string& certificate, Timestamp now) {
  const std::string version = text_at(message, {"SignatureVersion"});
  const EVP_MD* digest_kind = version == "1" ? EVP_sha1() : version == "2" ? EVP_sha256() : nullptr;
  const auto text = signed_text(message);
  const auto signature = from_base64(text_at(message, {"Signature"}));
  const Certificate known = read_certificate(certificate);
  if (digest_kind == nullptr || !text || !signature || !known || !holds_at(known.get(), now)) return false;
  EVP_PKEY* key = X509_get0_pubkey(known.get());
  const Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || !digest) return false;
  return EVP_DigestVerifyInit(digest.get(), nullptr, digest_kind, nullptr, key) == 1 && EVP_DigestVerifyUpdate(digest.get(), text->data(), text->size()) == 1 &&
         EVP_DigestVerifyFinal(digest.get(), signature->data(), signature->size()) == 1;
}

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
