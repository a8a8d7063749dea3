#include "ingest/providers/provider_events.h"

#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace wanamaker {
namespace {

constexpr std::size_t kPropertyBytesMax = 2'048;  // what a server of mail said may be long
constexpr std::size_t kAddressBytesMax = 320;
constexpr std::size_t kIdBytesMax = 256;
constexpr std::size_t kRawBytesMax = 8 << 10;

// At a boundary of characters.
std::string cut(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

struct MachineRule {
  std::string_view part;  // of the user agent, in small letters
  std::string_view rule;
};
// Gmail's image proxy is not among them: it fetches when somebody looks.
constexpr MachineRule kMachineRules[] = {
    {"barracuda", "barracuda_scanner"}, {"mimecast", "mimecast_scanner"}, {"proofpoint", "proofpoint_scanner"},   {"symantec", "symantec_scanner"}, {"fortiguard", "fortinet_scanner"},
    {"safelinks", "microsoft_scanner"}, {"bingpreview", "bing_preview"},  {"slackbot", "link_preview"},           {"whatsapp", "link_preview"},     {"facebookexternalhit", "link_preview"},
    {"headlesschrome", "headless_browser"}, {"python-requests", "program"}, {"python-urllib", "program"},        {"go-http-client", "program"},    {"curl/", "program"},
    {"wget/", "program"},               {"java/", "program"},             {"spider", "crawler"},                  {"crawler", "crawler"},           {"bot/", "crawler"},
};

}  // namespace

std::string machine_rule(std::string_view user_agent, std::string_view verdict) {
  if (!verdict.empty()) return "provider:" + cut(std::string(verdict), 64);
  if (user_agent == "Mozilla/5.0") return "apple_mail_privacy";  // Apple's proxy says this and no more
  std::string small;
  for (const char c : user_agent) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const MachineRule& rule : kMachineRules)
    if (small.find(rule.part) != std::string::npos) return std::string(rule.rule);
  return {};
}

void set_doing(ProviderEvent& event, Doing doing, const std::string& user_agent, std::string_view verdict) {
  const std::string rule = machine_rule(user_agent, verdict);
  event.name = fmt::format("email_{}{}", rule.empty() ? "" : "machine_", doing == Doing::open ? "opened" : "clicked");
  set_text(event.properties, "rule", rule);
}

const Json* find_at(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* at = &json;
  for (const std::string_view name : path) {
    at = at->find(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

const NameOfEvent* find_name(std::span<const NameOfEvent> names, std::string_view theirs) {
  const auto found = std::ranges::find(names, theirs, &NameOfEvent::theirs);
  return found == names.end() ? nullptr : &*found;
}

std::string text_at(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* at = find_at(json, path);
  if (at == nullptr) return {};
  if (const std::string* text = at->as_string()) return *text;
  return at->as_number() != nullptr ? at->as_number()->text : std::string();
}

void set_text(Json& properties, std::string_view name, std::string text) {
  if (!text.empty()) properties.set(name, cut(std::move(text), kPropertyBytesMax));
}

void set_texts(Json& properties, std::string_view name, const Json* texts) {
  if (texts == nullptr) return;
  Json list = Json::array();
  if (const std::string* text = texts->as_string(); text != nullptr && !text->empty()) list.push(cut(*text, kPropertyBytesMax));
  if (const auto* elements = texts->as_array()) {
    for (const Json& element : *elements)
      if (const std::string* text = element.as_string(); text != nullptr && !text->empty() && list.as_array()->size() < 100) list.push(cut(*text, kPropertyBytesMax));
  }
  if (!list.as_array()->empty()) properties.set(name, std::move(list));
}

std::optional<Timestamp> instant_of_seconds(const std::string& seconds) {
  double value = 0;
  const auto read = std::from_chars(seconds.data(), seconds.data() + seconds.size(), value);
  if (seconds.empty() || read.ec != std::errc() || read.ptr != seconds.data() + seconds.size() || !(value >= 0 && value < 1e11)) return std::nullopt;
  return Timestamp{static_cast<std::int64_t>(value * 1000)};
}

void keep_unread(const Json& item, std::string reason, ProviderReading& to) { to.unread.push_back({.raw = cut(item.dump(), kRawBytesMax), .reason = std::move(reason)}); }

void keep_unreadable(std::string_view raw, std::string reason, ProviderReading& to) {
  to.unread.push_back({.raw = is_valid_utf8(raw) ? cut(std::string(raw), kRawBytesMax) : std::string(), .reason = std::move(reason)});
}

void add_event(ProviderEvent event, const Json& item, ProviderReading& to) {
  if (event.address.empty()) return keep_unread(item, "it does not say to whom the message went", to);
  if (event.address.size() > kAddressBytesMax) return keep_unread(item, "the address is longer than an address can be", to);
  event.id = cut(std::move(event.id), kIdBytesMax);
  to.events.push_back(std::move(event));
}

ProviderReading read_provider(ProviderKind kind, const Json& body) {
  ProviderReading reading;
  switch (kind) {
    case ProviderKind::sendgrid: read_sendgrid(body, reading); break;
    case ProviderKind::mailgun: read_mailgun(body, reading); break;
    case ProviderKind::postmark: read_postmark(body, reading); break;
    case ProviderKind::ses: read_ses(body, reading); break;
    case ProviderKind::other: keep_unread(body, "nothing is known of what this service says", reading); break;
  }
  return reading;
}

}  // namespace wanamaker
