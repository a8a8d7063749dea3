#pragma once
// Commands as bytes: the body of a log record. Key idea: what can be written can be read again. A limit that would refuse a body
// when it is read refuses it already when it is written, so nothing that was accepted fails at replay.
// Its grammar stands in docs/reference/formats.md; the numbers of the kinds never change and are never used again.

#include "model/commands.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace wanamaker {

enum class CommandKind : std::uint8_t {
  import_batch = 1,
  declare_event = 2,
  declare_record_type = 3,
  declare_attribute = 4,
  alter_attribute = 5,
  set_zone = 6,
  put_set = 7,
  put_segment = 8,
  delete_segment = 9,
  put_list = 10,
  add_to_list = 11,
  remove_from_list = 12,
  merge_contacts = 13,
  erase_contact = 14,
  advance_time = 15,
  override_membership = 16,
  put_snapshot = 17,
  lock_list = 18,
  delete_list = 19,
  add_key = 20,
  revoke_key = 21,
  track_attribute = 22,
  put_provider = 23,
  delete_provider = 24,
  put_webhook = 25,
  delete_webhook = 26,
  move_webhook = 27,
  keep_answer = 28,
  put_user = 29,
  delete_user = 30,
  begin_session = 31,
  end_sessions = 32,
  note_audit = 33,
  mark_personal = 34,
  spend_ids = 35,
};

CommandKind kind_of(const CommandBody& body);

// Errors: invalid, when the command exceeds a limit.
Result<std::string> encode_body(const CommandBody& body);

// Errors: failure, when the kind is unknown (written by a newer version) or the bytes are not what encode_body makes.
// Cost: some 0.5 µs a row of an import batch with four columns; nothing is allocated beyond what the bytes can hold and the limits.
Result<CommandBody> decode_body(std::uint8_t kind, std::string_view bytes);

}  // namespace wanamaker
