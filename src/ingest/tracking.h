#pragma once
// Messages as the Segment and RudderStack SDKs send them, read one by one: who, what, when. Nothing is decided here about what is
// known of anybody. Pure functions; what a message says is hostile until it was read here. docs/reference/tracking.md is the table.
// Time: what the device says, corrected by how far its clock is off: received - (sent - original).

#include "base/json.h"
#include "base/time.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

inline constexpr std::size_t kTrackedEventBytesMax = 32 << 10;
inline constexpr std::size_t kTrackedPropertiesMax = 500;
inline constexpr std::size_t kTrackedIdBytesMax = 512;
// Contacts that are known by an anonymous id alone have it behind this; no other id that is tracked begins so.
inline constexpr std::string_view kAnonymousPrefix = "anon:";

enum class TrackingKind : std::uint8_t { identify, track, page, screen, group, alias };
std::optional<TrackingKind> tracking_kind_from(std::string_view name);  // "identify", and "i" as the short routes have it

struct TrackedProperty {
  std::string name;   // of nested objects joined by dots: "address.city"
  const Json* value;  // neither null nor an object; of the message
};

struct TrackingMessage {
  TrackingKind kind = TrackingKind::track;
  std::string user_id = {};       // or empty
  std::string anonymous_id = {};  // or empty; one of both is there
  std::string previous_id = {};   // alias
  std::string event = {};         // its name here
  std::string message_id = {};    // or empty
  Timestamp at;
  std::vector<TrackedProperty> properties = {};  // of the event
  std::vector<TrackedProperty> traits = {};      // identify: attributes of the contact
  std::uint64_t dropped = 0;                     // names that are empty or too long

  std::string contact_id() const { return user_id.empty() ? std::string(kAnonymousPrefix) + anonymous_id : user_id; }
};

struct TrackingFrame {
  std::optional<TrackingKind> kind = {};     // of the route; nothing: `type` of the message says it
  std::optional<Timestamp> sent_at = {};     // of the batch
  Timestamp received_at;
};
// The error says why the item is not taken. The message refers to the item, which outlives it.
std::expected<TrackingMessage, std::string> read_tracking(const Json& item, const TrackingFrame& frame);

// The instant that an item of a batch gives as `sentAt`, if it does and can be read.
std::optional<Timestamp> sent_at_of(const Json& item);

}  // namespace wanamaker
