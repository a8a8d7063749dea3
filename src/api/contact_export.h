#pragma once
// Everything that is known about one contact, as one JSON: for whoever asks what is kept about them, and to be taken in elsewhere.

#include "api/workspace.h"

#include <string_view>

namespace wanamaker {

// {format, exported_at, id, aliases, contact: {attributes, types, account}, history, events, types, records, memberships}; `contact` is the
// body of PUT /api/v1/contacts/{id}, and `events` with `types` that of POST /api/v1/events. Errors: not_found.
// Cost: the events of the contact; others wait meanwhile.
Result<Json> contact_export_json(Workspace& workspace, std::string_view id);

}  // namespace wanamaker
