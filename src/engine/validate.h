#pragma once
// Everything a command must fulfil before it may stand in the log. What is accepted here cannot fail at replay.

#include "columns/base.h"
#include "engine/access.h"
#include "engine/audit_log.h"
#include "engine/connections.h"
#include "engine/forgotten_messages.h"
#include "engine/submit.h"
#include "model/commands.h"

namespace wanamaker {

struct BesideBase {
  const Connections& connections;
  const Access& access;
  const ForgottenMessages* forgotten = nullptr;  // where it is given, events that it knows are duplicates
  const ForgottenMessages* spent = nullptr;      // where it is given, ids that it knows are spent
  Timestamp at = {};                             // of acceptance
};
// Takes rows that cannot be accepted out of an import batch and reports them. Errors: invalid, not_found, conflict.
Result<SubmitOutcome> validate(Command& command, Base& base, const BesideBase& beside);
// Over a base that has nothing beside it.
Result<SubmitOutcome> validate(Command& command, Base& base);

// Whether the command adds data to what is known by name already: then what validate() says of another such command is the same
// before and after it, but for message ids. Such commands may share a block of the log.
bool only_adds_data(const Command& command, const Base& base);

}  // namespace wanamaker
