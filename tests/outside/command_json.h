#pragma once
// A command as JSON, for the replay of the outside oracle (tests/outside/replay.py), which shares no code with the product:
// {"at" (ms), "do": KIND, …}; values are the text of a CSV cell, or null where missing; a segment has its rule in JSON form.

#include "base/json.h"
#include "model/commands.h"

namespace wanamaker::outside {

Json command_json(const Command& command);

}  // namespace wanamaker::outside
