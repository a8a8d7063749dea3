#include "api/keys.h"

#include "base/check.h"
#include "delivery/random_secret.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

namespace wanamaker {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kPrefixBytes = 3;
constexpr std::string_view kPrefixes[] = {"wk_", "rk_", "ak_", "mk_"};  // by KeyRole
constexpr std::size_t kKeyBytes = kPrefixBytes + 43;             // the secret in base64 for addresses

std::string hash_of_key(std::string_view key) {
  std::array<unsigned char, kKeyHashBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size(), nullptr, 0);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// The first bits of the hash: it says nothing about the key, and finds it again.
std::string id_of(std::string_view hash) {
  std::string id;
  for (std::size_t i = 0; i < kKeyIdBytes / 2; ++i) id += fmt::format("{:02x}", static_cast<unsigned char>(hash[i]));
  return id;
}

std::string random_key(KeyRole role) { return std::string(kPrefixes[static_cast<std::size_t>(role)]) + random_secret(kSecretBytes, Base64::for_addresses); }

}  // namespace

std::optional<KeyRole> key_role_from(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kKeyRoleNames); ++i)
    if (kKeyRoleNames[i] == name) return static_cast<KeyRole>(i);
  return std::nullopt;
}

PlannedKey plan_key(const NewKey& wanted) {
  CHECK(sodium_init() >= 0, "the machine gives random bytes");
  PlannedKey planned{.added = {.id = {}, .key = random_key(wanted.role)}, .command = {.id = {}, .role = wanted.role, .name = wanted.name, .hash = {}, .by = wanted.by}};
  planned.command.hash = hash_of_key(planned.added.key);
  planned.command.id = planned.added.id = id_of(planned.command.hash);
  return planned;
}

Result<AddedKey> add_key(Workspace& workspace, const NewKey& wanted) {
  PlannedKey planned = plan_key(wanted);
  WM_CHECK_OK(workspace.submit(std::move(planned.command)));
  return std::move(planned.added);
}

Json keys_json(const Catalog& catalog) {
  Json keys = Json::array();
  for (const auto& [id, key] : catalog.keys) {
    Json json = Json::object().set("id", id).set("role", name_of(key.role)).set("name", key.name).set("added_at", to_string(key.added_at)).set("by", key.by);
    if (key.revoked_at) json.set("revoked_at", to_string(*key.revoked_at)).set("revoked_by", key.revoked_by);
    keys.push(std::move(json));
  }
  return Json::object().set("keys", std::move(keys));
}

std::string keys_text(const Json& keys) {
  std::string text;
  for (const Json& key : *keys.find("keys")->as_array()) {
    const auto of = [&](const char* name) { return *key.find(name)->as_string(); };
    text += fmt::format("{}  {:<5}  {:<24}  added {}{}", of("id"), of("role"), of("name"), of("added_at"), of("by").empty() ? "" : " by " + of("by"));
    if (key.find("revoked_at") != nullptr) text += fmt::format(", revoked {}{}", of("revoked_at"), of("revoked_by").empty() ? "" : " by " + of("revoked_by"));
    text += '\n';
  }
  return text.empty() ? "no keys: nobody gets in; make one with: wanamaker key add --role admin\n" : text;
}

std::optional<std::string> id_of_key(const AccessKeys& keys, std::string_view key) {
  if (key.size() != kKeyBytes) return std::nullopt;
  const std::string hash = hash_of_key(key);
  const auto found = keys.find(id_of(hash));
  if (found == keys.end() || found->second.revoked_at) return std::nullopt;
  if (sodium_memcmp(hash.data(), found->second.hash.data(), kKeyHashBytes) != 0) return std::nullopt;
  return found->first;
}

}  // namespace wanamaker
