#pragma once
// What services that send e-mail tell of each message, read into events of one set of names. Nothing is decided here about who has an
// address. Pure functions; a payload is hostile until it was read here. docs/reference/providers.md is the table.
// Key idea: what machines do is another event than what people do (`email_machine_opened`, `email_machine_clicked`), so that conditions
// count people unless they name the others.

#include "base/json.h"
#include "base/time.h"
#include "model/provider.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

struct ProviderEvent {
  std::string name;                          // email_bounced
  std::string address;                       // of whom it was sent to
  std::string contact_id = {};               // where the sender gave it to the service as `contact_id`
  std::string id = {};                       // the same in each repetition; with the kind before it
  std::optional<Timestamp> at = {};          // nothing: the service does not say
  Json properties = Json::object();          // texts and arrays of texts
};

// An item of which no event is made, and why.
struct UnreadItem {
  std::string raw;
  std::string reason;
};

struct ProviderReading {
  std::vector<ProviderEvent> events = {};
  std::vector<UnreadItem> unread = {};
  std::string confirm_url = {};  // ses: an address that somebody has to open once
};

// `body`: as JSON; forms of mailgun as an object with arrays for what stands more than once. Reads every kind of payload: what is not
// understood is among the unread.
ProviderReading read_provider(ProviderKind kind, const Json& body);

// A body, or an item, that is no JSON: kept as it came where it is text.
void keep_unreadable(std::string_view raw, std::string reason, ProviderReading& to);

// Parts of read_provider, one file a provider.
void read_sendgrid(const Json& body, ProviderReading& to);
void read_mailgun(const Json& body, ProviderReading& to);
void read_postmark(const Json& body, ProviderReading& to);
void read_ses(const Json& body, ProviderReading& to);

// ---- for those parts ----

// What a service calls a kind of event, and what it is here.
struct NameOfEvent {
  std::string_view theirs;
  std::string_view ours;
  std::string_view part = {};  // the member that tells more, where each kind has another
};
// The row with their name; null: it is none that is known.
const NameOfEvent* find_name(std::span<const NameOfEvent> names, std::string_view theirs);

// The text at a path of members; a number as it is written; empty where there is none.
std::string text_at(const Json& json, std::initializer_list<std::string_view> path);
const Json* find_at(const Json& json, std::initializer_list<std::string_view> path);
// Adds a property where there is something to say, cut at what an event takes.
void set_text(Json& properties, std::string_view name, std::string text);
// A text or an array of texts.
void set_texts(Json& properties, std::string_view name, const Json* texts);
// Seconds since 1970, with or without a fraction.
std::optional<Timestamp> instant_of_seconds(const std::string& seconds);
// Keeps an item that is not understood.
void keep_unread(const Json& item, std::string reason, ProviderReading& to);
// Adds the event. One without an address is kept as unread.
void add_event(ProviderEvent event, const Json& item, ProviderReading& to);

// Whether an open or click is the doing of a machine; the rule that says so, empty where none does.
// `verdict`: what the service itself says, if it does.
std::string machine_rule(std::string_view user_agent, std::string_view verdict);
enum class Doing : std::uint8_t { open, click };
// Names the event by who did it, and tells the rule.
void set_doing(ProviderEvent& event, Doing doing, const std::string& user_agent, std::string_view verdict);

}  // namespace wanamaker
