#pragma once
// Who gets in and who sees what: users, their sessions, and which attributes are personal. Keys of programs stand in the catalog. Part of
// the state that the log makes, kept in a page of its own. Values.

#include "base/result.h"
#include "base/time.h"
#include "engine/submit.h"
#include "model/access_key.h"
#include "model/commands.h"
#include "model/user.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

struct Access {
  Users users;
  Sessions sessions;
  PersonalMarks personal;

  bool empty() const { return users.empty() && personal.empty(); }
  // The user of that login; nothing where there is none.
  std::optional<std::string> user_of(std::string_view login) const;
  // What was validated cannot fail here.
  void apply(const PutUser& command, Timestamp at);
  void apply(const DeleteUser& command);
  void apply(const BeginSession& command, Timestamp at);
  void apply(const EndSessions& command);
  void apply(const MarkPersonal& command);
  // Sessions that are over go. Cost: all are looked at.
  void expire(Timestamp now);

  // Shape: docs/reference/formats.md.
  std::string encode() const;
  // Errors: failure, where the bytes are none that encode() makes.
  static Result<Access> decode(std::string_view bytes);
};

bool is_over(const Session& session, Timestamp now);

using AccessKeys = std::map<std::string, AccessKey, std::less<>>;  // by id, as the catalog has them
// Errors: invalid, not_found, conflict: also where nobody would be left who may do everything, by a key or as a user.
Result<SubmitOutcome> validate(const PutUser& command, const Access& access, const AccessKeys& keys);
Result<SubmitOutcome> validate(const DeleteUser& command, const Access& access, const AccessKeys& keys);
Result<SubmitOutcome> validate(const BeginSession& command, const Access& access);
Result<SubmitOutcome> validate(const EndSessions& command, const Access& access);
// Likewise, of a key that is there and counts.
Result<void> check_not_last_admin(std::string_view key_id, const Access& access, const AccessKeys& keys);

}  // namespace wanamaker
