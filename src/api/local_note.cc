#include "api/local_note.h"

#include "engine/audit_log.h"

namespace wanamaker {
namespace {

constexpr std::string_view kLocal = "local";

}  // namespace

NoteAudit local_note(std::string_view command, std::string_view key, std::string_view contact) {
  const std::size_t blank = command.find(' ');
  NoteAudit note{.who = std::string(kLocal), .action = std::string(blank == std::string_view::npos ? command : command.substr(blank + 1)), .kind = std::string(command.substr(0, blank)), .key = std::string(key), .from = std::string(kLocal)};
  if (command == "contact erase") note.key.clear();
  else if (!contact.empty()) note.key = audit_key_of(contact);
  return note;
}

}  // namespace wanamaker
