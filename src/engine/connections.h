#pragma once
// What other systems this store has to do with: services that tell of e-mail. Part of the state that the log makes, kept in a page of its
// own; what they may be is checked before the log. Values.

#include "base/result.h"
#include "base/time.h"
#include "engine/submit.h"
#include "model/commands.h"
#include "model/provider.h"

#include <string>
#include <string_view>

namespace wanamaker {

struct Connections {
  Providers providers;

  bool empty() const { return providers.empty(); }
  // What was validated cannot fail here.
  void apply(const PutProvider& command, Timestamp at);
  void apply(const DeleteProvider& command);

  // Shape: a count, then name, kind, secret, attribute, instant and author of each, by name.
  std::string encode() const;
  // Errors: failure, where the bytes are none that encode() makes.
  static Result<Connections> decode(std::string_view bytes);
};

// Errors: invalid, not_found, conflict.
Result<SubmitOutcome> validate(const PutProvider& command, const Connections& connections);
Result<SubmitOutcome> validate(const DeleteProvider& command, const Connections& connections);

}  // namespace wanamaker
