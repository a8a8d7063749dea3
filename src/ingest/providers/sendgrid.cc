// Twilio SendGrid, Event Webhook: an array of events, each with its address.
#include "ingest/providers/provider_events.h"

namespace wanamaker {
namespace {

constexpr NameOfEvent kSendgridNames[] = {{"processed", "email_sent"}, {"delivered", "email_delivered"}, {"deferred", "email_deferred"}, {"dropped", "email_dropped"}, {"spamreport", "email_complained"},
                           {"unsubscribe", "email_unsubscribed"}, {"group_unsubscribe", "email_unsubscribed"}, {"group_resubscribe", "email_resubscribed"}};

// SendGrid calls what may work later, and what the other side does not want, "blocked".
std::string_view bounce_type(const Json& item) {
  if (text_at(item, {"type"}) == "blocked") return "block";
  return text_at(item, {"status"}).starts_with('4') ? "soft" : "hard";
}

void read_item(const Json& item, ProviderReading& to) {
  const std::string kind = text_at(item, {"event"});
  ProviderEvent event{.name = {}, .address = text_at(item, {"email"}), .contact_id = text_at(item, {"contact_id"}), .id = "sendgrid:" + text_at(item, {"sg_event_id"}),
                      .at = instant_of_seconds(text_at(item, {"timestamp"}))};
  if (kind == "bounce") {
    event.name = "email_bounced";
    event.properties.set("type", bounce_type(item));
  } else if (kind == "open" || kind == "click") {
    const Json* machine = item.find("sg_machine_open");
    const bool says_machine = machine != nullptr && machine->as_bool() != nullptr && *machine->as_bool();
    set_doing(event, kind == "open" ? Doing::open : Doing::click, text_at(item, {"useragent"}), says_machine ? "sg_machine_open" : "");
    set_text(event.properties, "link", text_at(item, {"url"}));
  } else if (const NameOfEvent* found = find_name(kSendgridNames, kind)) {
    event.name = found->ours;
  }
  if (event.name.empty()) return keep_unread(item, "'event' is none that is known", to);
  if (text_at(item, {"sg_event_id"}).empty()) return keep_unread(item, "'sg_event_id' is missing", to);
  set_text(event.properties, "reason", text_at(item, {"reason"}));
  if (event.properties.find("reason") == nullptr) set_text(event.properties, "reason", text_at(item, {"response"}));
  set_text(event.properties, "code", text_at(item, {"status"}));
  set_text(event.properties, "message", text_at(item, {"sg_message_id"}));
  set_texts(event.properties, "tags", item.find("category"));
  add_event(std::move(event), item, to);
}

}  // namespace

void read_sendgrid(const Json& body, ProviderReading& to) {
  const auto* items = body.as_array();
  if (items == nullptr) return keep_unread(body, "expected an array of events", to);
  for (const Json& item : *items) read_item(item, to);
}

}  // namespace wanamaker
