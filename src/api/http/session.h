#pragma once
// Sessions of users: a random token in a cookie, its hash in the store, and a second token, made of the first, that each change has to
// show: a page of somebody else can make a browser send the cookie, but can neither read the second token nor say another Origin.
// Pure functions but for new_session_token().
// Source: libsodium's randombytes_buf and crypto_generichash (BLAKE2b).

#include "api/http/message.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace wanamaker {

// https: a proxy's or our own. http: no TLS, so the server is reached from the machine itself alone (server.cc).
enum class Scheme : std::uint8_t { http, https };

// Browsers keep a name with this prefix only where it came through TLS, with Secure, for this very host and the whole of it. Over http on
// the loopback not all of them keep it, nor anything with Secure; there the cookie goes by its plain name.
inline constexpr std::string_view kSessionCookie = "__Host-wanamaker";
inline constexpr std::string_view kLoopbackCookie = "wanamaker";

// 256 random bits in base64 for addresses.
std::string new_session_token();
// The one in the header `Cookie`, or nothing.
std::string session_token_in(std::string_view cookies, Scheme scheme);
// By which the store knows it.
std::string session_id_of(std::string_view token);
std::string csrf_token_of(std::string_view token);
// The header `Set-Cookie` that begins a session, or ends it where the token is empty.
std::string session_cookie(std::string_view token, Scheme scheme);

// Whether the header `Origin` names the server itself, as whoever asked reached it.
bool is_own_origin(const HttpRequest& request, Scheme scheme);
// Errors: not_allowed, where a change by that session did not come from a page of the server's own.
Result<void> check_own_page(const HttpRequest& request, std::string_view token, Scheme scheme);

}  // namespace wanamaker
