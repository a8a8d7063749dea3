// Services that send e-mail: set up by an admin, and what they tell of each message.
#include "api/http/addressees.h"
#include "api/http/credentials.h"
#include "api/http/event_batches.h"
#include "api/http/problem.h"
#include "api/http/routes.h"
#include "base/text/fold.h"
#include "ingest/providers/authenticity.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker::handlers {
namespace {

constexpr std::string_view kAttribute = "email";  // unless another is named
constexpr std::size_t kEventsOfARequest = 10'000;
// Mailgun tries for eight hours, and does not say whether with another timestamp each time.
constexpr std::int64_t kSignatureGoodMs = 9 * 3'600'000;
constexpr std::int64_t kClockAheadMs = 5 * 60'000;

Json provider_json(const std::string& name, const Provider& provider) {
  return Json::object().set("name", name).set("kind", name_of(provider.kind)).set("attribute", provider.attribute).set("address", "/v1/providers/" + name).set("saved_at", to_string(provider.saved_at)).set("by", provider.by);
}

std::unexpected<Error> no_provider(const std::string& name) { return fail(ErrorCode::not_found, fmt::format("there is no provider '{}'", name)); }

std::optional<ProviderKind> provider_kind_from(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kProviderKindNames); ++i)
    if (kProviderKindNames[i] == name) return static_cast<ProviderKind>(i);
  return std::nullopt;
}

// The body as JSON; a form as an object, with an array where a name stands more than once. Errors: usage.
Result<Json> payload_of(const HttpRequest& request) {
  if (!request.content_type.starts_with("application/x-www-form-urlencoded")) return parse_body(request.body);
  WM_TRY(const auto pairs, parse_form(request.body));
  std::map<std::string, Json::Array> values;
  for (const auto& [name, value] : pairs) values[name].push_back(value);
  Json object = Json::object();
  for (auto& [name, list] : values) object.set(name, list.size() == 1 ? std::move(list.front()) : Json(std::move(list)));
  return object;
}

// Of what Mailgun sends: the part that says by what it is signed.
const Json& signed_part(const Json& payload) {
  const Json* parts = payload.find("signature");
  return parts == nullptr || parts->as_object() == nullptr ? payload : *parts;
}

bool has_password(const Provider& provider, const HttpRequest& request) {
  return has_scheme(request.authorization, "basic") && is_same_secret(basic_of(std::string_view(request.authorization).substr(6)).password, provider.secret);
}

// By the signature where a topic is named. Errors: failure, where the certificate cannot be had now.
Result<bool> is_proven_by_sns(Call& call, const Provider& provider, const Json& payload) {
  const std::string address = sns_certificate_address(payload, provider.secret);
  if (address.empty()) return false;
  WM_TRY(const std::string certificate, call.service().sns_certificates().at(address, call.now()));
  return is_signed_by_sns(payload, certificate, call.now());
}

// Mailgun's proof and that of SNS stand in the payload, the others' beside it: `payload` is null where it is no JSON. Errors: failure.
Result<bool> is_proven(Call& call, const Provider& provider, const Json& payload) {
  const HttpRequest& request = call.request();
  const Timestamp now = call.now();
  switch (provider.kind) {
    case ProviderKind::sendgrid: return is_signed_by_key(provider.secret, request.signature, request.signature_time, request.body);
    case ProviderKind::mailgun: {
      const Json& from = signed_part(payload);
      const auto signed_at = instant_of_seconds(text_at(from, {"timestamp"}));
      const bool is_of_now = signed_at && now.ms - signed_at->ms <= kSignatureGoodMs && signed_at->ms - now.ms <= kClockAheadMs;
      return is_of_now && is_hmac_of(provider.secret, text_at(from, {"signature"}), text_at(from, {"timestamp"}), text_at(from, {"token"}));
    }
    case ProviderKind::ses: return is_sns_topic(provider.secret) ? is_proven_by_sns(call, provider, payload) : has_password(provider, request);
    case ProviderKind::postmark:
    case ProviderKind::other: return has_password(provider, request);
  }
  return false;
}

// One unreadable item of a list sinks no other; a body that is no JSON at all is one unread item.
ProviderReading reading_of(ProviderKind kind, const HttpRequest& request, const Result<Json>& payload) {
  if (payload) return read_provider(kind, *payload);
  const auto body = parse_item_body("{\"items\":" + request.body + "}", "items");
  const Json* items = body ? body->json.find("items") : nullptr;
  ProviderReading reading;
  if (items == nullptr || items->as_array() == nullptr) {
    keep_unreadable(request.body, payload.error().message, reading);
    return reading;
  }
  Json readable = Json::array();
  for (std::size_t i = 0; i < items->as_array()->size(); ++i) if (!body->faults.contains(i)) readable.push((*items->as_array())[i]);
  reading = read_provider(kind, readable);
  for (const auto& [index, fault] : body->faults) keep_unreadable({}, fmt::format("item {}: {}", index, fault), reading);
  return reading;
}

// The events of one request, of whoever has their addresses in the base as it is now.
struct Intake {
  Intake(Call& call, const std::string& name, const std::string& attribute, const ProviderReading& reading) : batches(call.workspace().base()) {
    std::vector<std::string> addresses;
    for (const ProviderEvent& event : reading.events) addresses.push_back(event.address);
    const Addressees addressees(call.workspace(), attribute, addresses);
    const Base& base = call.workspace().base();
    for (std::uint64_t i = 0; i < reading.events.size(); ++i) {
      const ProviderEvent& event = reading.events[i];
      // What was counted once is not counted again, whoever has the address by now.
      if (const std::string id = message_id_of(event); base.find_message(id) || call.workspace().engine().is_forgotten(id)) {
        ++duplicates;
        continue;
      }
      std::vector<std::string> contacts = addressees.of(event.address);
      if (!event.contact_id.empty() && base.find_contact(event.contact_id)) contacts = {event.contact_id};
      if (contacts.empty()) ++nobody;
      for (const std::string& contact : contacts) add(i, name, event, {.contact = contact, .is_first = &contact == contacts.data()}, call.now());
    }
  }

  // Of what was told about an address, whoever has it; the address itself does not stand in it.
  static std::string message_id_of(const ProviderEvent& event) { return fmt::format("{}{}:{}", kProviderMessages, event.id, audit_key_of(fold_key(event.address))); }

  struct Addressee {
    std::string contact;
    bool is_first = true;  // whose event has the id of the message itself; that of others has theirs behind it
  };
  // One event for each who has the address. Who told what about whom is one message, told again or not.
  void add(std::uint64_t index, const std::string& name, const ProviderEvent& event, const Addressee& to, Timestamp now) {
    const auto& [contact, is_first] = to;
    const Json source(name);
    std::vector<TrackedProperty> properties{{.name = "provider", .value = &source}};
    for (const auto& [property, value] : *event.properties.as_object()) properties.push_back({.name = property, .value = &value});
    if (batches.add({.index = index, .contact_id = contact, .name = event.name, .message_id = is_first ? message_id_of(event) : message_id_of(event) + ":" + contact, .at = event.at.value_or(now), .properties = properties, .sender = EventBatches::Sender::trusted})) ++rejected;
  }

  EventBatches batches;
  std::uint64_t nobody = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t rejected = 0;
};

// A token of Mailgun signs a timestamp and nothing of the events, so it is good for one request: the first that came under it.
struct Token {
  std::string itself;     // empty: the provider has none
  std::string with_what;  // and the events that came under it
};
Token token_of(ProviderKind kind, const Json& payload, const ProviderReading& reading) {
  if (kind != ProviderKind::mailgun) return {};
  Token token{.itself = "mailgun token:" + text_at(signed_part(payload), {"token"}), .with_what = {}};
  token.with_what = token.itself;
  for (const ProviderEvent& event : reading.events) token.with_what += " " + event.id + " " + event.address;
  return token;
}

Result<HttpResponse> submitted(Call& call, const std::string& name, ProviderReading& reading, const Token& token, Intake intake) {
  std::vector<CommandBody> beside;
  if (!token.itself.empty() && !call.workspace().engine().is_spent(token.with_what)) beside.emplace_back(SpendIds{{token.itself, token.with_what}});
  if (intake.batches.empty() && !beside.empty()) WM_CHECK_OK(call.workspace().submit(beside.front()));
  WM_TRY(const EventBatches::Outcome outcome, intake.batches.submit(call.workspace(), [&](const EventBatches::Outcome&) { return beside; }));
  ProviderInbox::Arrival arrival{.at = call.now(), .applied = outcome.applied, .duplicates = outcome.duplicates + intake.duplicates, .nobody = intake.nobody, .rejected = intake.rejected, .unread = std::move(reading.unread), .confirm_url = std::move(reading.confirm_url)};
  // A repetition without a time of its own comes at another one.
  for (const RejectedItem& item : outcome.rejected) ++(item.code == "message_id" ? arrival.duplicates : arrival.rejected);
  Metrics& metrics = call.service().metrics();
  metrics.events_applied += arrival.applied;
  metrics.events_duplicate += arrival.duplicates;
  metrics.items_rejected += arrival.rejected + arrival.unread.size();
  metrics.properties_dropped += intake.batches.dropped();
  Json unread = Json::array();
  for (const UnreadItem& item : arrival.unread) unread.push(Json::object().set("reason", item.reason));
  Json answer = Json::object().set("applied", arrival.applied).set("duplicates", arrival.duplicates).set("nobody", arrival.nobody).set("rejected", arrival.rejected).set("unread", std::move(unread));
  call.service().provider_inbox().note(name, std::move(arrival));
  return answer_json(std::move(answer));
}

}  // namespace

Result<HttpResponse> list_providers(Call& call) {
  Json list = Json::array();
  for (const auto& [name, provider] : call.workspace().engine().connections().providers) list.push(provider_json(name, provider));
  return answer_json(Json::object().set("providers", std::move(list)));
}

Result<HttpResponse> show_provider(Call& call) {
  const Providers& providers = call.workspace().engine().connections().providers;
  const auto found = providers.find(call.part(0));
  if (found == providers.end()) return no_provider(call.part(0));
  return answer_json(provider_json(found->first, found->second).set("since_start", call.service().provider_inbox().to_json(found->first)));
}

Result<HttpResponse> put_provider(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string kind_name, fields.needed_text("kind"));
  WM_TRY(const std::string secret, fields.needed_text("secret"));
  WM_TRY(const std::optional<std::string> attribute, fields.text("attribute"));
  WM_TRY(const std::optional<std::string> by, fields.text("by"));
  WM_CHECK_OK(fields.finish());
  WM_TRY(const std::string author, call.author(by));
  const auto kind = provider_kind_from(kind_name);
  if (!kind) return fail_at(fields.pointer_to("kind"), fmt::format("'{}' is no kind of provider", kind_name), "the kinds are sendgrid, mailgun, postmark, ses and other");
  if (kind == ProviderKind::sendgrid) WM_CHECK_OK(check_public_key(secret));
  if (*kind == ProviderKind::ses && secret.starts_with("arn:") && !is_sns_topic(secret)) return fail_at(fields.pointer_to("secret"), "the secret is no ARN of a topic of SNS", "copy it from the topic: arn:aws:sns:REGION:ACCOUNT:NAME");
  const std::string& name = call.part(0);
  const bool is_new = !call.workspace().engine().connections().providers.contains(name);
  const Provider saved{.kind = *kind, .secret = secret, .attribute = attribute.value_or(std::string(kAttribute)), .saved_at = call.now(), .by = author};
  return call.change(PutProvider{.name = name, .kind = saved.kind, .secret = saved.secret, .attribute = saved.attribute, .by = saved.by}, answer_json(provider_json(name, saved), is_new ? 201 : 200));
}

Result<HttpResponse> delete_provider(Call& call) {
  WM_TRY(HttpResponse answer, call.change(DeleteProvider{.name = call.part(0), .by = call.author()}, answer_json(Json::object().set("name", call.part(0)).set("deleted", true))));
  call.service().provider_inbox().forget(call.part(0));
  return answer;
}

Result<HttpResponse> provider_events(Call& call) {
  const std::string& name = call.part(0);
  const Providers& providers = call.workspace().engine().connections().providers;
  const auto found = providers.find(name);
  const std::optional<Provider> provider = found == providers.end() ? std::nullopt : std::optional(found->second);
  call.release();
  const auto payload = payload_of(call.request());
  // Whether there is one by that name is told to nobody who cannot prove to be it.
  const Result<bool> proven = provider ? is_proven(call, *provider, payload ? *payload : Json()) : Result<bool>(false);
  if (!proven) return problem(HttpFault::busy, "the certificate of SNS cannot be fetched now, so nothing of this is acknowledged", call.request().id, "SNS sends it again");
  if (!*proven) {
    if (provider) call.service().provider_inbox().note_refused(name);
    return problem(HttpFault::no_key, "this needs the signature or the secret of a provider that is set up here", call.request().id, "docs/how-to/connect-mailgun.md shows how");
  }
  ProviderReading reading = reading_of(provider->kind, call.request(), payload);
  if (reading.events.size() > kEventsOfARequest) return fail_at("#", fmt::format("at most {} events are taken at once", kEventsOfARequest));
  const Token token = payload ? token_of(provider->kind, *payload, reading) : Token{};
  if (!token.itself.empty() && call.workspace().engine().is_spent(token.itself) && !call.workspace().engine().is_spent(token.with_what)) {
    call.release();
    call.service().provider_inbox().note_refused(name);
    return problem(HttpFault::no_key, "this token came with something else before", call.request().id);
  }
  call.release();
  {
    Intake intake(call, name, provider->attribute, reading);
    if (!intake.batches.brings_names()) return submitted(call, name, reading, token, std::move(intake));
  }
  call.release();
  MutexLock naming(call.service().naming());
  Intake intake(call, name, provider->attribute, reading);
  return submitted(call, name, reading, token, std::move(intake));
}

}  // namespace wanamaker::handlers
