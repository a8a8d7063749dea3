#pragma once
// The members of the saved segments of an open store, each asked by its saved text at one instant.

#include "base/result.h"
#include "engine/engine.h"

#include <map>
#include <string>
#include <vector>

namespace wanamaker::durable {

using Members = std::map<std::string, std::vector<std::string>>;  // by key; ids sorted by bytes

// Errors: those of reading a store whose pages are damaged.
Result<Members> members_of_all(Engine& engine, Timestamp at);

}  // namespace wanamaker::durable
