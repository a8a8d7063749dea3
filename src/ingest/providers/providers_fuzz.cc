// Any bytes as what a provider of e-mail says: read or kept raw, never a crash; what is read keeps the limits.
#include "base/check.h"
#include "ingest/providers/authenticity.h"
#include "ingest/providers/provider_events.h"

#include <cstdint>
#include <string_view>

using namespace wanamaker;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CHECK(!is_signed_by_key(text, text, "1", text), "nobody signs by chance");
  const auto body = Json::parse(text);
  if (!body) return 0;
  for (std::size_t kind = 0; kind < std::size(kProviderKindNames); ++kind) {
    const ProviderReading reading = read_provider(static_cast<ProviderKind>(kind), *body);
    CHECK(reading.confirm_url.empty() || reading.confirm_url.starts_with("https://sns."), "an address to open is one of SNS");
    for (const ProviderEvent& event : reading.events) {
      CHECK(event.name.starts_with("email_") && !event.address.empty() && event.address.size() <= 320 && event.id.size() <= 256, "an event has a name, an address and an id");
      CHECK(!event.at || (*event.at >= kTimestampMin && *event.at <= kTimestampMax), "the time is one that can be kept");
      for (const auto& [name, value] : *event.properties.as_object()) CHECK(value.as_string() != nullptr || value.as_array() != nullptr, "properties are texts");
    }
    for (const UnreadItem& item : reading.unread) CHECK(!item.reason.empty() && item.raw.size() <= (8U << 10), "what is kept raw is bounded");
  }
  return 0;
}
