#pragma once
// One contact: what is known of it.

#include "api/workspace.h"

#include <string_view>

namespace wanamaker {

// Attributes, account, numbers of events with first and last, records, lists, aliases. Errors: not_found.
Result<Json> contact_json(Workspace& workspace, std::string_view id);
// The same for people, from the JSON.
std::string contact_text(const Json& contact);

}  // namespace wanamaker
