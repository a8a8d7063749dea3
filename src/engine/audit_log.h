#pragma once
// Who did what when (model/audit.h), numbered from 1. Bounded in time and number, what was refused by itself; derived from the log alone.
// Single writer.

#include "base/result.h"
#include "engine/submit.h"
#include "model/audit.h"
#include "model/commands.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace wanamaker {

class AuditLog {
 public:
  // Numbers of the first entry that is kept and of the last there was; the first is one more where none is kept.
  std::uint64_t first() const;
  std::uint64_t last() const { return last_; }
  bool empty() const { return last_ == 0; }
  // Calls visit(entry) for those behind a number, in order, until it says false. Cost: what is visited.
  template <typename Visit>
  void read(std::uint64_t after, Visit visit) const {
    auto one = std::ranges::upper_bound(done_, after, {}, &AuditEntry::number);
    auto other = std::ranges::upper_bound(refused_, after, {}, &AuditEntry::number);
    while (one != done_.end() || other != refused_.end()) {
      auto& next = other == refused_.end() || (one != done_.end() && one->number < other->number) ? one : other;
      if (!visit(*next++)) return;
    }
  }

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
  using Entries = std::deque<AuditEntry>;
  static Entries& of(AuditLog& log, std::string_view action) { return action.ends_with(kAuditRefused) ? log.refused_ : log.done_; }

  Entries done_;
  Entries refused_;
  std::uint64_t last_ = 0;
};

// Of what is changed the audit names a contact by this: hexadecimal, of the hash of the id.
std::string audit_key_of(std::string_view contact_id);

// Errors: invalid.
Result<SubmitOutcome> validate(const NoteAudit& command);

}  // namespace wanamaker
