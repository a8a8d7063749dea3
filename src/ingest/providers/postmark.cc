// Postmark: one object a webhook, with its `RecordType`.
#include "ingest/providers/provider_events.h"

#include <algorithm>
#include <array>

namespace wanamaker {
namespace {

constexpr std::array<std::string_view, 4> kHard = {"HardBounce", "BadEmailAddress", "ManuallyDeactivated", "InboundError"};
constexpr std::array<std::string_view, 5> kSoft = {"SoftBounce", "Transient", "DnsError", "Undeliverable", "SMTPApiError"};
constexpr std::array<std::string_view, 6> kBlock = {"Blocked", "SpamNotification", "VirusNotification", "DMARCPolicy", "TemplateRenderingFailed", "AddressChange"};

bool is_among(const auto& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

// Which event a bounce is; nothing for what is none, such as the answer of a machine that somebody is away.
std::string_view read_bounce(const Json& body, ProviderEvent& event) {
  const std::string type = text_at(body, {"Type"});
  if (type == "SpamComplaint") return "email_complained";
  if (type == "Unsubscribe") return "email_unsubscribed";
  if (type == "Subscribe") return "email_resubscribed";
  const std::string_view ours = is_among(kHard, type) ? "hard" : is_among(kSoft, type) ? "soft" : is_among(kBlock, type) ? "block" : "";
  if (ours.empty()) return {};
  event.properties.set("type", ours);
  return "email_bounced";
}

std::string_view read_change(const Json& body, ProviderEvent& event) {
  const Json* suppresses = body.find("SuppressSending");
  if (suppresses == nullptr || suppresses->as_bool() == nullptr) return {};
  if (!*suppresses->as_bool()) return "email_resubscribed";
  const std::string reason = text_at(body, {"SuppressionReason"});
  set_text(event.properties, "reason", reason);
  return reason == "ManualSuppression" ? "email_unsubscribed" : "email_suppressed";
}

struct When {
  std::string_view record_type;
  std::string_view member;
};
constexpr When kWhen[] = {{"Bounce", "BouncedAt"}, {"SpamComplaint", "BouncedAt"}, {"Delivery", "DeliveredAt"}, {"SubscriptionChange", "ChangedAt"}, {"Open", "ReceivedAt"}, {"Click", "ReceivedAt"}};

}  // namespace

void read_postmark(const Json& body, ProviderReading& to) {
  const std::string kind = text_at(body, {"RecordType"});
  const std::string message = text_at(body, {"MessageID"});
  const std::string address = text_at(body, {"Recipient"});
  ProviderEvent event{.name = {}, .address = address.empty() ? text_at(body, {"Email"}) : address, .contact_id = text_at(body, {"Metadata", "contact_id"})};
  std::string when;
  for (const When& one : kWhen)
    if (one.record_type == kind) when = text_at(body, {one.member});
  event.at = parse_timestamp(when);
  if (kind == "Delivery") event.name = "email_delivered";
  if (kind == "SpamComplaint") event.name = "email_complained";
  if (kind == "Bounce") event.name = read_bounce(body, event);
  if (kind == "SubscriptionChange") event.name = read_change(body, event);
  if (kind == "Open" || kind == "Click") {
    set_doing(event, kind == "Open" ? Doing::open : Doing::click, text_at(body, {"UserAgent"}), "");
    set_text(event.properties, "link", text_at(body, {"OriginalLink"}));
  }
  if (event.name.empty()) return keep_unread(body, "'RecordType', or the type of the bounce, is none that is known", to);
  if (message.empty()) return keep_unread(body, "'MessageID' is missing", to);
  event.id = "postmark:" + event.name + ":" + message + ":" + when + ":" + text_at(body, {"ID"});
  if (event.properties.find("reason") == nullptr) set_text(event.properties, "reason", text_at(body, {"Details"}));
  set_text(event.properties, "message", message);
  set_texts(event.properties, "tags", body.find("Tag"));
  add_event(std::move(event), body, to);
}

}  // namespace wanamaker
