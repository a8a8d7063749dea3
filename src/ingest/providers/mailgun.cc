// Mailgun: today's webhooks are one JSON object with `event-data`; the older ones are forms with everything on one level.
#include "ingest/providers/provider_events.h"

namespace wanamaker {
namespace {

constexpr NameOfEvent kMailgunNames[] = {{"accepted", "email_sent"}, {"delivered", "email_delivered"}, {"rejected", "email_dropped"}, {"dropped", "email_dropped"}, {"complained", "email_complained"}, {"unsubscribed", "email_unsubscribed"}};

std::string_view name_of_event(std::string_view theirs) {
  const NameOfEvent* found = find_name(kMailgunNames, theirs);
  return found == nullptr ? std::string_view() : found->ours;
}

// 4xx and 4.x.x: it may work later. What was refused for what it says, or for who sent it, is a block.
std::string_view bounce_type(std::string_view code, std::string_view severity) {
  if (severity == "temporary" || code.starts_with('4')) return "soft";
  return code.starts_with("5.7") || code == "554" ? "block" : "hard";
}

void read_failure(const Json& data, ProviderEvent& event) {
  const std::string reason = text_at(data, {"reason"});
  if (reason.starts_with("suppress-")) {  // never sent: it is known already that it would not be wanted
    event.name = "email_dropped";
    return;
  }
  event.name = "email_bounced";
  const std::string enhanced = text_at(data, {"delivery-status", "enhanced-code"});
  event.properties.set("type", bounce_type(enhanced.empty() ? text_at(data, {"delivery-status", "code"}) : enhanced, text_at(data, {"severity"})));
}

void read_today(const Json& body, const Json& data, ProviderReading& to) {
  const std::string kind = text_at(data, {"event"});
  ProviderEvent event{.name = std::string(name_of_event(kind)), .address = text_at(data, {"recipient"}), .contact_id = text_at(data, {"user-variables", "contact_id"}), .id = "mailgun:" + text_at(data, {"id"}),
                      .at = instant_of_seconds(text_at(data, {"timestamp"}))};
  if (kind == "failed") read_failure(data, event);
  if (kind == "opened" || kind == "clicked") {
    std::string bot = text_at(data, {"client-info", "bot"});
    if (bot == "gmail") bot.clear();  // the proxy of Gmail fetches when somebody looks
    set_doing(event, kind == "opened" ? Doing::open : Doing::click, text_at(data, {"client-info", "user-agent"}), bot);
    set_text(event.properties, "link", text_at(data, {"url"}));
  }
  if (event.name.empty()) return keep_unread(body, "'event' is none that is known", to);
  if (text_at(data, {"id"}).empty()) return keep_unread(body, "'id' is missing", to);
  const std::string said = text_at(data, {"delivery-status", "message"});
  set_text(event.properties, "reason", said.empty() ? text_at(data, {"delivery-status", "description"}) : said);
  set_text(event.properties, "code", text_at(data, {"delivery-status", "code"}));
  set_text(event.properties, "message", text_at(data, {"message", "headers", "message-id"}));
  set_texts(event.properties, "tags", data.find("tags"));
  add_event(std::move(event), body, to);
}

void read_form(const Json& form, ProviderReading& to) {
  const std::string kind = text_at(form, {"event"});
  ProviderEvent event{.name = std::string(name_of_event(kind)), .address = text_at(form, {"recipient"}), .contact_id = text_at(form, {"contact_id"}), .id = "mailgun:" + text_at(form, {"token"}),
                      .at = instant_of_seconds(text_at(form, {"timestamp"}))};
  const std::string code = text_at(form, {"code"});
  if (kind == "bounced") {
    event.name = "email_bounced";
    event.properties.set("type", bounce_type(code, ""));
  } else if (kind == "opened" || kind == "clicked") {
    set_doing(event, kind == "opened" ? Doing::open : Doing::click, text_at(form, {"user-agent"}), "");
    set_text(event.properties, "link", text_at(form, {"url"}));
  }
  if (event.name.empty()) return keep_unread(form, kind.empty() ? "it has neither 'event-data' nor 'event'" : "'event' is none that is known", to);
  const std::string error = text_at(form, {"error"});
  set_text(event.properties, "reason", error.empty() ? text_at(form, {"description"}) : error);
  set_text(event.properties, "code", code);
  set_text(event.properties, "message", text_at(form, {"Message-Id"}));
  set_texts(event.properties, "tags", form.find("tag") != nullptr ? form.find("tag") : form.find("X-Mailgun-Tag"));
  add_event(std::move(event), form, to);
}

}  // namespace

void read_mailgun(const Json& body, ProviderReading& to) {
  if (body.as_object() == nullptr) return keep_unread(body, "expected an object", to);
  const Json* data = body.find("event-data");
  if (data != nullptr) read_today(body, *data, to);
  else read_form(body, to);
}

}  // namespace wanamaker
