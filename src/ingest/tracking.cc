#include "ingest/tracking.h"

#include "model/value.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

struct KindNames {
  std::string_view name;
  std::string_view letter;
  std::string_view event;  // the name of its event here
};
constexpr KindNames kKinds[] = {{"identify", "i", "identified"}, {"track", "t", ""},          {"page", "p", "page_viewed"},
                                {"screen", "s", "screen_viewed"}, {"group", "g", "group_joined"}, {"alias", "a", "aliased"}};

using Fault = std::unexpected<std::string>;

std::size_t quoted_bytes(std::string_view text) {
  std::size_t bytes = 2 + text.size();
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t') ++bytes;
    else if (static_cast<unsigned char>(c) < 0x20) bytes += 5;
  }
  return bytes;
}

// How long its text is without white space, as Json::dump() makes it; nothing is made here.
std::size_t dumped_bytes(const Json& item) {
  std::size_t bytes = 0;
  std::vector<const Json*> pending{&item};
  while (!pending.empty()) {
    const Json& json = *pending.back();
    pending.pop_back();
    if (json.is_null()) bytes += 4;
    if (const bool* truth = json.as_bool()) bytes += *truth ? 4 : 5;
    if (const auto* number = json.as_number()) bytes += number->text.size();
    if (const std::string* text = json.as_string()) bytes += quoted_bytes(*text);
    if (const auto* array = json.as_array()) {
      bytes += 1 + std::max<std::size_t>(array->size(), 1);
      for (const Json& element : *array) pending.push_back(&element);
    }
    if (const auto* object = json.as_object()) {
      bytes += 1 + std::max<std::size_t>(object->size(), 1);
      for (const auto& [name, value] : *object) {
        bytes += quoted_bytes(name) + 1;
        pending.push_back(&value);
      }
    }
  }
  return bytes;
}

// A name with line breaks or the escapes of a terminal would be shown to whoever lists the names.
bool has_control(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// "" where it is absent or null.
std::expected<std::string, std::string> id_of(const Json& item, std::string_view name) {
  const Json* member = item.find(name);
  if (member == nullptr || member->is_null()) return std::string();
  const std::string* text = member->as_string();
  if (text == nullptr) return Fault(fmt::format("'{}' is no text: ids are texts, also those of digits", name));
  if (text->size() > kTrackedIdBytesMax) return Fault(fmt::format("'{}' has more than {} bytes", name, kTrackedIdBytesMax));
  if (has_control(*text)) return Fault(fmt::format("'{}' has line breaks or control characters: an id has none", name));
  return *text;
}

std::optional<Timestamp> instant_of(const Json& item, std::string_view name) {
  const Json* member = item.find(name);
  const std::string* text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr ? std::nullopt : parse_timestamp(*text);
}

// A time that is there and cannot be read is no time of receipt: the event would be dated wrongly, and nobody told.
std::expected<void, std::string> check_times(const Json& item) {
  for (const std::string_view name : {"originalTimestamp", "timestamp"}) {
    const Json* member = item.find(name);
    if (member == nullptr || member->is_null() || instant_of(item, name)) continue;
    return Fault(fmt::format("'{}' is no instant: write it as 2024-01-31T10:00:00Z", name));
  }
  return {};
}

Timestamp time_of(const Json& item, const TrackingFrame& frame) {
  auto original = instant_of(item, "originalTimestamp");
  if (!original) original = instant_of(item, "timestamp");
  if (!original) return frame.received_at;
  auto sent = sent_at_of(item);
  if (!sent) sent = frame.sent_at;
  if (!sent) return *original;
  return std::clamp(Timestamp{frame.received_at.ms - (sent->ms - original->ms)}, kTimestampMin, kTimestampMax);
}

// Members of nested objects get the names on the way, joined by dots. The depth of the whole body was limited before.
void add_members(const Json& object, TrackingMessage& message, std::vector<TrackedProperty>& to) {
  struct Pending {
    const Json* object;
    std::string prefix;
  };
  std::vector<Pending> pending{{&object, ""}};
  while (!pending.empty() && to.size() <= kTrackedPropertiesMax) {
    const Pending next = std::move(pending.back());
    pending.pop_back();
    for (const auto& [name, value] : *next.object->as_object()) {
      std::string full = next.prefix + name;
      if (value.is_null()) continue;
      if (name.empty() || full.size() > kNameBytesMax || has_control(full)) ++message.dropped;
      else if (value.as_object() != nullptr) pending.push_back({&value, full + "."});
      else to.push_back({.name = std::move(full), .value = &value});
    }
  }
}

void add_object(const Json* object, TrackingMessage& message, std::vector<TrackedProperty>& to) {
  if (object != nullptr && object->as_object() != nullptr) add_members(*object, message, to);
}

// What the protocol gives beside the properties, unless they have it too.
void add_named(const Json& item, std::string_view member, std::string_view name, TrackingMessage& message) {
  const Json* value = item.find(member);
  const bool is_there = std::ranges::any_of(message.properties, [&](const TrackedProperty& property) { return property.name == name; });
  if (value != nullptr && value->as_string() != nullptr && !is_there) message.properties.push_back({.name = std::string(name), .value = value});
}

std::expected<void, std::string> read_content(const Json& item, TrackingMessage& message) {
  message.event = kKinds[static_cast<std::size_t>(message.kind)].event;
  switch (message.kind) {
    case TrackingKind::identify: {
      const Json* context = item.find("context");
      const Json* traits = item.find("traits");
      add_object(traits != nullptr ? traits : context == nullptr ? nullptr : context->find("traits"), message, message.traits);
      break;
    }
    case TrackingKind::track: {
      const Json* event = item.find("event");
      if (event == nullptr || event->as_string() == nullptr || event->as_string()->empty()) return Fault("'event' is missing: a track message names what happened");
      message.event = *event->as_string();
      if (has_control(message.event)) return Fault("'event' has control characters: a name has none");
      add_object(item.find("properties"), message, message.properties);
      break;
    }
    case TrackingKind::page:
    case TrackingKind::screen:
      add_object(item.find("properties"), message, message.properties);
      add_named(item, "name", "name", message);
      add_named(item, "category", "category", message);
      break;
    case TrackingKind::group:
      add_object(item.find("traits"), message, message.properties);
      std::erase_if(message.properties, [](const TrackedProperty& property) { return property.name == "group_id"; });
      add_named(item, "groupId", "group_id", message);
      if (message.properties.empty() || message.properties.back().name != "group_id") return Fault("'groupId' is missing: a group message names the group");
      break;
    case TrackingKind::alias: break;
  }
  return {};
}

}  // namespace

std::optional<TrackingKind> tracking_kind_from(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kKinds); ++i)
    if (kKinds[i].name == name || kKinds[i].letter == name) return static_cast<TrackingKind>(i);
  return std::nullopt;
}

std::optional<Timestamp> sent_at_of(const Json& item) { return instant_of(item, "sentAt"); }

std::expected<TrackingMessage, std::string> read_tracking(const Json& item, const TrackingFrame& frame) {
  if (item.as_object() == nullptr) return Fault("an item is no JSON object");
  if (dumped_bytes(item) > kTrackedEventBytesMax) return Fault(fmt::format("an item has more than {} bytes", kTrackedEventBytesMax));
  if (auto good = check_times(item); !good) return Fault(std::move(good).error());
  TrackingMessage message{.kind = frame.kind.value_or(TrackingKind::track), .at = time_of(item, frame)};
  if (!frame.kind) {
    const Json* type = item.find("type");
    const auto kind = type != nullptr && type->as_string() != nullptr && type->as_string()->size() > 1 ? tracking_kind_from(*type->as_string()) : std::nullopt;
    if (!kind) return Fault("'type' is none of identify, track, page, screen, group and alias");
    message.kind = *kind;
  }
  for (const auto& [name, to] : {std::pair("userId", &message.user_id), std::pair("anonymousId", &message.anonymous_id),
                                 std::pair("previousId", &message.previous_id), std::pair("messageId", &message.message_id)}) {
    auto id = id_of(item, name);
    if (!id) return Fault(std::move(id).error());
    *to = *std::move(id);
  }
  if (message.user_id.empty() && message.anonymous_id.empty()) return Fault("neither 'userId' nor 'anonymousId' is there");
  if (message.user_id.starts_with(kAnonymousPrefix)) return Fault("a 'userId' cannot begin with anon:, which stands for anonymous ids");
  if (message.kind == TrackingKind::alias && (message.user_id.empty() || message.previous_id.empty())) return Fault("an alias message has 'userId' and 'previousId'");
  if (auto read = read_content(item, message); !read) return Fault(std::move(read).error());
  if (message.properties.size() > kTrackedPropertiesMax || message.traits.size() > kTrackedPropertiesMax) return Fault(fmt::format("an item has more than {} properties", kTrackedPropertiesMax));
  return message;
}

}  // namespace wanamaker
