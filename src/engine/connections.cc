#include "engine/connections.h"

#include "base/bytes.h"
#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

bool is_line(std::string_view text, std::size_t bytes_max) {
  return text.size() <= bytes_max && is_valid_utf8(text) && std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// It stands in an address.
Result<void> check_name_of_address(std::string_view name, std::string_view what) {
  const bool good = !name.empty() && name.size() <= kProviderNameBytesMax && std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (good) return {};
  return fail(ErrorCode::invalid, fmt::format("the name of a {} is 1 to {} small letters a to z, digits and hyphens", what, kProviderNameBytesMax));
}

}  // namespace

void Connections::apply(const PutProvider& command, Timestamp at) {
  providers[command.name] = {.kind = command.kind, .secret = command.secret, .attribute = command.attribute, .saved_at = at, .by = command.by};
}

void Connections::apply(const DeleteProvider& command) { providers.erase(command.name); }

// A new secret: the one before signs for a while too, until those who check have the new one.
void Connections::apply(const PutWebhook& command, Timestamp at) {
  const auto [place, is_new] = webhooks.try_emplace(command.key);
  Webhook& webhook = place->second;
  if (is_new) webhook.place = {.cursor = command.after, .until = command.after};
  if (!command.secret.empty()) {
    if (!is_new) {
      webhook.old_secret = std::move(webhook.secret);
      webhook.replaced_at = at;
    }
    webhook.secret = command.secret;
  }
  webhook.by = command.by;
  if (!is_new && webhook.address == command.address && webhook.segments == command.segments) return;
  webhook.address = command.address;
  webhook.segments = command.segments;
  webhook.saved_at = at;
  webhook.place.until = webhook.place.cursor;  // what was being sent is another message now
}

void Connections::apply(const DeleteWebhook& command) { webhooks.erase(command.key); }

void Connections::apply(const MoveWebhook& command) {
  Webhook& webhook = webhooks.at(command.key);
  webhook.place = command.to;
  webhook.state = command.state;
  webhook.why = command.why;
}

namespace {

void write_webhook(ByteWriter& out, const std::string& key, const Webhook& webhook) {
  out.text(key);
  out.text(webhook.address);
  out.text(webhook.secret);
  out.text(webhook.old_secret);
  out.byte(webhook.replaced_at ? 1 : 0);
  if (webhook.replaced_at) out.zigzag(webhook.replaced_at->ms);
  out.varint(webhook.segments.size());
  for (const std::string& segment : webhook.segments) out.text(segment);
  out.byte(static_cast<std::uint8_t>(webhook.state));
  out.text(webhook.why);
  out.varint(webhook.place.cursor);
  out.varint(webhook.place.until);
  out.zigzag(webhook.saved_at.ms);
  out.text(webhook.by);
}

void read_webhook(ByteReader& in, Webhooks& webhooks) {
  std::string key(in.text());
  Webhook webhook;
  webhook.address = in.text();
  webhook.secret = in.text();
  webhook.old_secret = in.text();
  if (in.byte() != 0) webhook.replaced_at = Timestamp{in.zigzag()};
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) webhook.segments.emplace_back(in.text());
  const std::uint8_t state = in.byte();
  if (state > static_cast<std::uint8_t>(WebhookState::failed)) in.refuse("a state of a webhook is unknown");
  if (in.ok()) webhook.state = static_cast<WebhookState>(state);
  webhook.why = in.text();
  webhook.place.cursor = in.varint();
  webhook.place.until = in.varint();
  webhook.saved_at.ms = in.zigzag();
  webhook.by = in.text();
  webhooks.emplace(std::move(key), std::move(webhook));
}

}  // namespace

std::string Connections::encode() const {
  ByteWriter out;
  out.varint(providers.size());
  for (const auto& [name, provider] : providers) {
    out.text(name);
    out.byte(static_cast<std::uint8_t>(provider.kind));
    out.text(provider.secret);
    out.text(provider.attribute);
    out.zigzag(provider.saved_at.ms);
    out.text(provider.by);
  }
  if (webhooks.empty()) return out.take();
  out.varint(webhooks.size());
  for (const auto& [key, webhook] : webhooks) write_webhook(out, key, webhook);
  return out.take();
}

Result<Connections> Connections::decode(std::string_view bytes) {
  ByteReader in(bytes);
  Connections connections;
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    const std::string name(in.text());
    Provider provider;
    const std::uint8_t kind = in.byte();
    if (kind > static_cast<std::uint8_t>(ProviderKind::other)) in.refuse("a kind of provider is unknown");
    if (in.ok()) provider.kind = static_cast<ProviderKind>(kind);
    provider.secret = in.text();
    provider.attribute = in.text();
    provider.saved_at.ms = in.zigzag();
    provider.by = in.text();
    connections.providers.emplace(name, std::move(provider));
  }
  if (in.ok() && in.remaining() > 0)
    for (std::size_t count = in.count(); count > 0 && in.ok(); --count) read_webhook(in, connections.webhooks);
  WM_CHECK_OK(in.finish());
  return connections;
}

Result<SubmitOutcome> validate(const PutProvider& command, const Connections& connections) {
  WM_CHECK_OK(check_name_of_address(command.name, "provider"));
  if (command.secret.empty() || !is_line(command.secret, kProviderSecretBytesMax)) return fail(ErrorCode::invalid, fmt::format("the secret of a provider is a text of 1 to {} bytes without line breaks", kProviderSecretBytesMax));
  if (command.attribute.empty() || !is_line(command.attribute, kNameBytesMax)) return fail(ErrorCode::invalid, "a provider needs the name of the attribute that holds the address");
  if (!is_line(command.by, kTextBytesMax)) return fail(ErrorCode::invalid, "an author is a text of up to 16384 bytes in UTF-8, without line breaks and control characters");
  if (!connections.providers.contains(command.name) && connections.providers.size() >= kProvidersMax) return fail(ErrorCode::conflict, fmt::format("there are {} providers; more are not kept", kProvidersMax), "delete one that is not used");
  return SubmitOutcome{};
}

Result<SubmitOutcome> validate(const DeleteProvider& command, const Connections& connections) {
  if (connections.providers.contains(command.name)) return SubmitOutcome{};
  return fail(ErrorCode::not_found, fmt::format("there is no provider '{}'", command.name));
}

Result<SubmitOutcome> validate(const PutWebhook& command, const Connections& connections, Timestamp at) {
  const auto known = connections.webhooks.find(command.key);
  const bool is_new = known == connections.webhooks.end();
  WM_CHECK_OK(check_name_of_address(command.key, "webhook"));
  if (command.address.empty() || !is_line(command.address, kWebhookAddressBytesMax)) return fail(ErrorCode::invalid, fmt::format("the address of a webhook is a text of 1 to {} bytes without line breaks", kWebhookAddressBytesMax));
  if ((is_new && command.secret.empty()) || !is_line(command.secret, kProviderSecretBytesMax)) return fail(ErrorCode::invalid, "a new webhook needs a secret");
  if (command.segments.size() > kWebhookSegmentsMax) return fail(ErrorCode::invalid, fmt::format("a webhook names at most {} segments; leave them out for all", kWebhookSegmentsMax));
  if (!is_line(command.by, kTextBytesMax)) return fail(ErrorCode::invalid, "an author is a text of up to 16384 bytes in UTF-8, without line breaks and control characters");
  const bool replaces = !is_new && !command.secret.empty() && command.secret != known->second.secret;
  if (replaces && known->second.replaced_at && at.ms - known->second.replaced_at->ms < kOldSecretMs) {
    return fail(ErrorCode::conflict, fmt::format("the secret was replaced less than a day ago, and the one before it signs until {}", to_string(Timestamp{known->second.replaced_at->ms + kOldSecretMs})), "wait until then; where the new one is known to others, delete the webhook and make another");
  }
  if (is_new && connections.webhooks.size() >= kWebhooksMax) return fail(ErrorCode::conflict, fmt::format("there are {} webhooks; more are not kept", kWebhooksMax), "delete one that is not used");
  return SubmitOutcome{};
}

Result<SubmitOutcome> validate(const DeleteWebhook& command, const Connections& connections) {
  if (connections.webhooks.contains(command.key)) return SubmitOutcome{};
  return fail(ErrorCode::not_found, fmt::format("there is no webhook '{}'", command.key));
}

Result<SubmitOutcome> validate(const MoveWebhook& command, const Connections& connections) {
  const auto found = connections.webhooks.find(command.key);
  if (found == connections.webhooks.end()) return fail(ErrorCode::not_found, fmt::format("there is no webhook '{}'", command.key));
  if (found->second.place != command.from) return fail(ErrorCode::conflict, fmt::format("webhook '{}' is at another place by now", command.key), "read it again");
  if (command.to.until < command.to.cursor || !is_line(command.why, kTextBytesMax)) return fail(ErrorCode::invalid, "what is being sent lies behind what was taken");
  return SubmitOutcome{};
}

}  // namespace wanamaker
