#pragma once
// What other systems this store has to do with: services that tell of e-mail, and webhooks that are told of changes. Part of the state that the log makes, kept in a page of its
// own; what they may be is checked before the log. Values.

#include "base/result.h"
#include "base/time.h"
#include "engine/submit.h"
#include "model/commands.h"
#include "model/provider.h"

#include <string>
#include <string_view>

namespace wanamaker {

inline constexpr std::int64_t kOldSecretMs = kMillisecondsPerDay;  // so long the secret of a webhook signs too after it was replaced

struct Connections {
  Providers providers;
  Webhooks webhooks;

  bool empty() const { return providers.empty() && webhooks.empty(); }
  // What was validated cannot fail here.
  void apply(const PutProvider& command, Timestamp at);
  void apply(const DeleteProvider& command);
  void apply(const PutWebhook& command, Timestamp at);
  void apply(const DeleteWebhook& command);
  void apply(const MoveWebhook& command);

  // Shape: docs/reference/formats.md.
  std::string encode() const;
  // Errors: failure, where the bytes are none that encode() makes.
  static Result<Connections> decode(std::string_view bytes);
};

// Errors: invalid, not_found, conflict.
Result<SubmitOutcome> validate(const PutProvider& command, const Connections& connections);
Result<SubmitOutcome> validate(const DeleteProvider& command, const Connections& connections);
// The segments of a webhook are looked at elsewhere.
Result<SubmitOutcome> validate(const PutWebhook& command, const Connections& connections, Timestamp at);
Result<SubmitOutcome> validate(const DeleteWebhook& command, const Connections& connections);
Result<SubmitOutcome> validate(const MoveWebhook& command, const Connections& connections);

}  // namespace wanamaker
