#pragma once
// Who did what when (model/audit.h), numbered from 1. Bounded in time and number; derived from the log alone. Single writer.

#include "base/result.h"
#include "engine/submit.h"
#include "model/audit.h"
#include "model/commands.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace wanamaker {

class AuditLog {
 public:
  // Numbers of the first entry that is kept and of the last there was; the first is one more where none is kept.
  std::uint64_t first() const { return first_; }
  std::uint64_t last() const { return first_ + entries_.size() - 1; }
  // Shape: first() <= number <= last().
  const AuditEntry& at(std::uint64_t number) const { return entries_[number - first_]; }
  bool empty() const { return last() == 0; }

  // What was validated cannot fail here.
  void apply(const NoteAudit& command, Timestamp at);
  // Lets go of those that were kept for kAuditKeptMs. Cost: those that go.
  void expire(Timestamp now);
  // What names a contact names it no more. Cost: all are looked at.
  void forget(std::string_view key);

  // Shape: docs/reference/formats.md.
  std::string encode() const;
  // Errors: failure, where the bytes are none that encode() makes.
  static Result<AuditLog> decode(std::string_view bytes);

 private:
  std::uint64_t first_ = 1;
  std::deque<AuditEntry> entries_;
};

// Of what is changed the audit names a contact by this: hexadecimal, of the hash of the id.
std::string audit_key_of(std::string_view contact_id);

// Errors: invalid.
Result<SubmitOutcome> validate(const NoteAudit& command);

}  // namespace wanamaker
