#include "api/http/session.h"

#include "delivery/random_secret.h"
#include "model/user.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

namespace wanamaker {
namespace {

constexpr std::size_t kTokenBytes = 32;

using Hash = std::array<unsigned char, kSessionIdBytes>;
Hash hash_of(std::string_view what, std::string_view token) {
  Hash hash{};
  const std::string text = fmt::format("{} {}", what, token);
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  return hash;
}

}  // namespace

std::string new_session_token() { return random_secret(kTokenBytes, Base64::for_addresses); }

std::string session_token_in(std::string_view cookies, Scheme scheme) {
  const std::string_view name = scheme == Scheme::https ? kSessionCookie : kLoopbackCookie;
  while (!cookies.empty()) {
    const std::string_view one = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(one.size() + 1, cookies.size()));
    const std::size_t begin = std::min(one.find_first_not_of(' '), one.size());
    const std::size_t equals = one.find('=');
    if (equals != std::string_view::npos && equals >= begin && one.substr(begin, equals - begin) == name) return std::string(one.substr(equals + 1));
  }
  return {};
}

std::string session_id_of(std::string_view token) {
  const Hash hash = hash_of("session", token);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string csrf_token_of(std::string_view token) {
  const Hash hash = hash_of("csrf", token);
  return base64_of(hash, Base64::for_addresses);
}

std::string session_cookie(std::string_view token, Scheme scheme) {
  const bool is_secure = scheme == Scheme::https;
  return fmt::format("{}={}; Path=/; {}HttpOnly; SameSite=Strict; Max-Age={}", is_secure ? kSessionCookie : kLoopbackCookie, token, is_secure ? "Secure; " : "", token.empty() ? 0 : kSessionMs / 1'000);
}

bool is_own_origin(const HttpRequest& request, Scheme scheme) {
  return !request.host.empty() && request.origin == fmt::format("{}://{}", scheme == Scheme::https ? "https" : "http", request.host);
}

Result<void> check_own_page(const HttpRequest& request, std::string_view token, Scheme scheme) {
  if (!is_own_origin(request, scheme)) return fail(ErrorCode::not_allowed, "a change by a session comes from a page of this server: its Origin is another one, or is missing", "programs send a key: Authorization: Bearer KEY");
  const std::string wanted = csrf_token_of(token);
  if (request.csrf.size() == wanted.size() && sodium_memcmp(request.csrf.data(), wanted.data(), wanted.size()) == 0) return {};
  return fail(ErrorCode::not_allowed, "a change by a session shows the token of the session", "send it as X-CSRF-Token; GET /api/v1/sessions/current tells it");
}

}  // namespace wanamaker
