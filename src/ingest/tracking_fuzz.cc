// Any bytes as the body of a tracking request: read or refused, never a crash; what is read keeps the limits.
#include "base/check.h"
#include "ingest/tracking.h"
#include "model/value.h"

#include <cstdint>
#include <string_view>

using namespace wanamaker;

namespace {

void read_one(const Json& item, std::optional<TrackingKind> kind) {
  const TrackingFrame frame{.kind = kind, .sent_at = sent_at_of(item), .received_at = {1'772'366'400'000}};
  const auto message = read_tracking(item, frame);
  if (!message) {
    CHECK(!message.error().empty(), "a refusal says why");
    return;
  }
  CHECK(message->contact_id().size() > (message->user_id.empty() ? kAnonymousPrefix.size() : 0), "a message is of somebody");
  CHECK(message->at >= kTimestampMin && message->at <= kTimestampMax, "the time is one that can be kept");
  CHECK(message->properties.size() <= kTrackedPropertiesMax && message->traits.size() <= kTrackedPropertiesMax, "properties are limited");
  for (const auto* list : {&message->properties, &message->traits}) {
    for (const TrackedProperty& property : *list) CHECK(!property.name.empty() && property.name.size() <= kNameBytesMax && property.value->as_object() == nullptr, "a property has a name and is no object");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = Json::parse({reinterpret_cast<const char*>(data), size});
  if (!body) return 0;
  for (const char* name : {"identify", "track", "page", "screen", "group", "alias"}) read_one(*body, tracking_kind_from(name));
  read_one(*body, std::nullopt);
  const Json* batch = body->find("batch");
  if (batch == nullptr || batch->as_array() == nullptr) return 0;
  for (const Json& item : *batch->as_array()) read_one(item, std::nullopt);
  return 0;
}
