#pragma once
// What an open store keeps of its live segments, after whatever happened to it: members that are what the definitions decide at the
// settled instant, and a feed that folds to them, without a gap, a repeat, or a contact that enters twice.

#include "durable/answers.h"
#include "engine/engine.h"

#include <string>
#include <vector>

namespace wanamaker::durable {

struct LiveState {
  Timestamp settled_at;
  Members members;                       // of the setup's segments that do not rank; a ranking is as of its last refresh
  std::vector<std::string> complaints;   // empty: all of it holds
};

LiveState live_state(Engine& engine);

}  // namespace wanamaker::durable
