#pragma once
// Additions to a dynamic segment and removals from it by hand, apart from its rule.

#include "api/workspace.h"

#include <string>
#include <vector>

namespace wanamaker {

// Adds contacts, removes them, or leaves them to the rule again. {segment, members, added, removed}: how many there are afterwards.
// Errors: not_found (the segment; a contact, unless it is added), conflict (the segment is invalid), invalid (an id).
Result<Json> override_membership(Workspace& workspace, OverrideMembership command);

// {added: [{contact, at, by, note}], removed: [...]}, by ordinal. Shape: the segment is there.
Json overrides_json(Workspace& workspace, const std::string& key);
// What people did to one contact: [{segment, what, at, by, note}].
Json overrides_of_contact_json(Workspace& workspace, ContactOrdinal contact);

// The same answers for people.
std::string override_text(const Json& answer);
std::string overrides_text(const Json& overrides);
std::string overrides_of_contact_text(const Json& overrides);

}  // namespace wanamaker
