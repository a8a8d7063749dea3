// Amazon SES, through SNS: an envelope whose `Message` is the JSON of the event; or that event alone, where SNS delivers raw.
#include "ingest/providers/provider_events.h"

#include <algorithm>

namespace wanamaker {
namespace {

constexpr NameOfEvent kSesNames[] = {{"Send", "email_sent", "send"}, {"Delivery", "email_delivered", "delivery"}, {"DeliveryDelay", "email_deferred", "deliveryDelay"}, {"Reject", "email_dropped", "reject"},
                           {"Rendering Failure", "email_dropped", "failure"}, {"Bounce", "email_bounced", "bounce"}, {"Complaint", "email_complained", "complaint"},
                           {"Subscription", "email_unsubscribed", "subscription"}, {"Open", "email_opened", "open"}, {"Click", "email_clicked", "click"}};

std::string_view bounce_type(const Json& part) {
  if (text_at(part, {"bounceType"}) == "Permanent") return "hard";
  const std::string detail = text_at(part, {"bounceSubType"});
  return detail == "ContentRejected" || detail == "AttachmentRejected" || detail == "MessageTooLarge" ? "block" : "soft";
}

// What somebody chose: another choice than before counts, and leaving more than coming. Without what was chosen it is a leaving.
std::string_view name_of_choice(const Json& part) {
  const auto topics = [&](std::string_view when, std::string_view wanted) {
    std::vector<std::string> found;
    const Json* list = find_at(part, {when, "topicSubscriptionStatus"});
    if (list == nullptr || list->as_array() == nullptr) return found;
    for (const Json& topic : *list->as_array())
      if (text_at(topic, {"subscriptionStatus"}) == wanted) found.push_back(text_at(topic, {"topicName"}));
    return found;
  };
  const auto leaves_all = [&](std::string_view when) {
    const Json* all = find_at(part, {when, "unsubscribeAll"});
    return all != nullptr && all->as_bool() != nullptr && *all->as_bool();
  };
  const auto is_new = [](const std::vector<std::string>& now, const std::vector<std::string>& before) {
    return std::ranges::any_of(now, [&](const std::string& topic) { return std::ranges::find(before, topic) == before.end(); });
  };
  if (part.find("newTopicPreferences") == nullptr || leaves_all("newTopicPreferences")) return "email_unsubscribed";
  if (is_new(topics("newTopicPreferences", "OptOut"), topics("oldTopicPreferences", "OptOut"))) return "email_unsubscribed";
  return "email_resubscribed";
}

struct Recipient {
  std::string address;
  std::string reason = {};
  std::string code = {};
};

// Of whom the event is; those that the message went to where the event names none.
std::vector<Recipient> recipients_of(const Json& event, const Json& part) {
  std::vector<Recipient> recipients;
  for (const std::string_view list : {"bouncedRecipients", "complainedRecipients", "delayedRecipients", "recipients"}) {
    const Json* entries = part.find(list);
    if (entries == nullptr || entries->as_array() == nullptr) continue;
    for (const Json& entry : *entries->as_array()) {
      if (const std::string* address = entry.as_string()) recipients.push_back({*address});
      else recipients.push_back({text_at(entry, {"emailAddress"}), text_at(entry, {"diagnosticCode"}), text_at(entry, {"status"})});
    }
  }
  const Json* destination = find_at(event, {"mail", "destination"});
  if (!recipients.empty() || destination == nullptr || destination->as_array() == nullptr) return recipients;
  for (const Json& entry : *destination->as_array())
    if (const std::string* address = entry.as_string()) recipients.push_back({*address});
  return recipients;
}

std::string first_of(const Json& part, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (std::string text = text_at(part, {name}); !text.empty()) return text;
  return {};
}

void read_event(const Json& event, ProviderReading& to) {
  std::string kind = text_at(event, {"eventType"});
  if (kind.empty()) kind = text_at(event, {"notificationType"});
  const NameOfEvent* name = find_name(kSesNames, kind);
  if (name == nullptr) return keep_unread(event, "'eventType' and 'notificationType' are none that is known", to);
  const std::string message = text_at(event, {"mail", "messageId"});
  if (message.empty()) return keep_unread(event, "'mail.messageId' is missing", to);
  static const Json kNothing = Json::object();
  const Json* found = event.find(name->part);
  const Json& part = found == nullptr ? kNothing : *found;
  std::string when = text_at(part, {"timestamp"});
  if (when.empty()) when = text_at(event, {"mail", "timestamp"});
  const Json* contact = find_at(event, {"mail", "tags", "contact_id"});
  const std::vector<Recipient> recipients = recipients_of(event, part);
  if (recipients.empty()) return keep_unread(event, "it does not say to whom the message went", to);
  for (const Recipient& recipient : recipients) {
    ProviderEvent one{.name = std::string(name->ours), .address = recipient.address, .id = "ses:" + kind + ":" + message + ":" + when + ":" + recipient.address, .at = parse_timestamp(when)};
    if (contact != nullptr && contact->as_array() != nullptr && contact->as_array()->size() == 1 && recipients.size() == 1) one.contact_id = contact->as_array()->front().as_string() == nullptr ? "" : *contact->as_array()->front().as_string();
    if (kind == "Subscription") one.name = name_of_choice(part);
    if (kind == "Bounce") one.properties.set("type", bounce_type(part));
    if (kind == "Open" || kind == "Click") set_doing(one, kind == "Open" ? Doing::open : Doing::click, text_at(part, {"userAgent"}), "");
    set_text(one.properties, "link", text_at(part, {"link"}));
    set_text(one.properties, "reason", recipient.reason.empty() ? first_of(part, {"reason", "errorMessage", "complaintFeedbackType", "smtpResponse", "delayType"}) : recipient.reason);
    set_text(one.properties, "code", recipient.code);
    set_text(one.properties, "message", message);
    add_event(std::move(one), event, to);
  }
}

// Somebody opens the address: the server itself goes nowhere that a message tells it to go.
bool is_of_sns(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme)) return false;
  const std::string_view host = url.substr(kScheme.size(), url.find('/', kScheme.size()) - kScheme.size());
  const bool is_name = std::ranges::all_of(host, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
  return is_name && host.starts_with("sns.") && (host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"));
}

}  // namespace

void read_ses(const Json& body, ProviderReading& to) {
  if (body.as_object() == nullptr) return keep_unread(body, "expected an object", to);
  const std::string type = text_at(body, {"Type"});
  if (type == "SubscriptionConfirmation") {
    const std::string url = text_at(body, {"SubscribeURL"});
    if (!is_of_sns(url)) return keep_unread(body, "'SubscribeURL' is no address of SNS", to);
    to.confirm_url = url;
    return;
  }
  if (type != "Notification") return type.empty() ? read_event(body, to) : keep_unread(body, "'Type' is no notification", to);
  const auto event = Json::parse(text_at(body, {"Message"}));
  if (!event || event->as_object() == nullptr) return keep_unread(body, "'Message' is no event", to);
  read_event(*event, to);
}

}  // namespace wanamaker
