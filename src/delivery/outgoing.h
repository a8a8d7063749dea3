#pragma once
// The one way out: every request that the server makes by itself goes through here. It asks the name service itself and looks at the very
// address that it then connects to, so no spelling and no second answer of a name service leads into the house. It follows no
// redirect, uses no proxy, has an end in time, and of what it is answered tells the status, or, where that is what it asked for, at most 64 KiB.
// Thread-safe.
// Source: libcurl.

#include "base/result.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

// Whether addresses that only the house knows may be asked; then also without TLS.
enum class HouseAddresses : std::uint8_t { are_refused, are_allowed };

struct OutgoingRequest {
  std::string address;                      // https://…
  std::vector<std::string> headers;         // "name: value"
  std::string body;
};
struct OutgoingAnswer {
  int status = 0;
  std::optional<std::chrono::seconds> retry_after = {};
};

// Errors: invalid, where it is no address that may be asked: its form, not yet where its name leads.
Result<void> check_outgoing_address(const std::string& address, HouseAddresses house);

// POST. Takes at most 15 s; `stops` ends it early. Errors: failure (in words, without what the other side said), not_allowed (the address is one of the house).
Result<OutgoingAnswer> post(const OutgoingRequest& request, HouseAddresses house, const std::atomic<bool>& stops);
// GET; the body of an answer 200. Errors: as those of post(); failure also at another status, and where it is larger.
Result<std::string> fetch(const std::string& address, HouseAddresses house, const std::atomic<bool>& stops);

}  // namespace wanamaker
