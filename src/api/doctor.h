#pragma once
// What can be said, and saved, of a store that does not open. The damaged directory is never changed.

#include "base/json.h"
#include "base/result.h"

#include <string>

namespace wanamaker {

// Each file, how far pages and log can be read, and whether the store opens. Errors: not_found; conflict, when another process holds it.
Result<Json> doctor_json(const std::string& directory);
std::string doctor_text(const Json& report);

// The state as of the last command that can be read without a gap, as a new store at `to`. Errors: those of engine/salvage.h.
Result<Json> export_damaged(const std::string& directory, const std::string& to);
// Whether everything that was acknowledged is in it.
bool is_whole(const Json& report);
std::string export_text(const Json& report);

}  // namespace wanamaker
