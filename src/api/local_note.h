#pragma once
// What the audit says of commands that come from the machine itself, past keys and users. Pure.

#include "model/commands.h"

#include <string>
#include <string_view>

namespace wanamaker {

// `command`: "segment put" is "put" to a "segment". `contact`: whom it is about, or nothing; of who is erased nothing is said.
NoteAudit local_note(std::string_view command, std::string_view key, std::string_view contact);

}  // namespace wanamaker
