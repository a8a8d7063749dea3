#pragma once
// Where changes are sent to as they happen. Key idea: each webhook is a place in the feed of changes: what is before its cursor has been
// taken, and nothing else is queued anywhere. What is being sent now is fixed before it is sent, so that a repetition says the same.

#include "base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// paused: somebody said so; failed: it did not take what was sent for too long, or said that it is gone.
enum class WebhookState : std::uint8_t { active, paused, failed };
inline constexpr std::string_view kWebhookStateNames[] = {"active", "paused", "failed"};
inline std::string_view name_of(WebhookState state) { return kWebhookStateNames[static_cast<std::size_t>(state)]; }

inline constexpr std::size_t kWebhooksMax = 50;
inline constexpr std::size_t kWebhookAddressBytesMax = 2'048;
inline constexpr std::size_t kWebhookSegmentsMax = 1'000;

struct WebhookPlace {
  std::uint64_t cursor = 0;  // number of the last change that was taken
  std::uint64_t until = 0;   // number of the last change of the message that is being sent; the cursor where none is
  friend bool operator==(const WebhookPlace&, const WebhookPlace&) = default;
};

struct Webhook {
  std::string address;
  std::string secret;                        // whsec_ and base64, as Standard Webhooks has it
  std::string old_secret = {};               // signs too for a while after it was replaced; or empty
  std::optional<Timestamp> replaced_at = {}; // when the old secret was
  std::vector<std::string> segments = {};    // keys; none: all
  WebhookState state = WebhookState::active;
  std::string why = {};                      // failed: what came last
  WebhookPlace place = {};
  Timestamp saved_at;                        // when address and segments were last changed
  std::string by = {};
};
using Webhooks = std::map<std::string, Webhook, std::less<>>;  // by key

}  // namespace wanamaker
