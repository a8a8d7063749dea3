#pragma once
// Errors as application/problem+json (RFC 9457) with `code`, `title`, `detail`, `pointer` or line and column, `request_id`, `hint`.
// Nothing of the machine is in them: no path, address, version or statement. Pure functions.

#include "api/http/message.h"
#include "base/result.h"

#include <string_view>

namespace wanamaker {

// What only HTTP knows.
enum class HttpFault : std::uint8_t { no_key, wrong_login, wrong_role, no_route, wrong_method, precondition, gone, too_large, too_many, busy, bad_encoding, closing };

// `where` of the error may be a pointer into the body ("#/events/0/time").
HttpResponse problem(const Error& error, std::string_view request_id);
HttpResponse problem(HttpFault fault, std::string title, std::string_view request_id, std::string hint = {});
// 429: not before so many milliseconds have passed.
HttpResponse too_often(std::int64_t wait_ms, std::string_view request_id);
// Of bytes that are no request: 400, 408, 413, 417, 431, 505.
HttpResponse bad_request(int status, std::string_view title, std::string_view request_id);

}  // namespace wanamaker
