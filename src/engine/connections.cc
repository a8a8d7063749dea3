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
Result<void> check_provider_name(std::string_view name) {
  const bool good = !name.empty() && name.size() <= kProviderNameBytesMax && std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (good) return {};
  return fail(ErrorCode::invalid, fmt::format("the name of a provider is 1 to {} small letters a to z, digits and hyphens", kProviderNameBytesMax));
}

}  // namespace

void Connections::apply(const PutProvider& command, Timestamp at) {
  providers[command.name] = {.kind = command.kind, .secret = command.secret, .attribute = command.attribute, .saved_at = at, .by = command.by};
}

void Connections::apply(const DeleteProvider& command) { providers.erase(command.name); }

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
  WM_CHECK_OK(in.finish());
  return connections;
}

Result<SubmitOutcome> validate(const PutProvider& command, const Connections& connections) {
  WM_CHECK_OK(check_provider_name(command.name));
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

}  // namespace wanamaker
