#pragma once
// Everything a command must fulfil before it may stand in the log. What is accepted here cannot fail at replay.

#include "engine/engine.h"

namespace wanamaker {

// Takes rows that cannot be accepted out of an import batch and reports them. Errors: invalid, not_found, conflict.
Result<SubmitOutcome> validate(Command& command, Base& base);

}  // namespace wanamaker
