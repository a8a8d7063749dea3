#pragma once
// Answers of requests that may come again, by what tells the request (model/kept_answer.h). Bounded in time, number and bytes; derived
// from the log alone. Single writer. Key idea: askers share what is kept. Where there is no more room, what goes first is what was
// answered to the oldest request of whoever has most, not that it was answered; so nobody pushes out what another one may repeat.
// Source: libsodium's crypto_generichash (BLAKE2b).

#include "base/result.h"
#include "engine/submit.h"
#include "model/commands.h"
#include "model/kept_answer.h"

#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace wanamaker {

class KeptAnswers {
 public:
  // nullptr where there is none, or none any more at that instant.
  const KeptAnswer* find(std::string_view id, Timestamp now) const;
  bool empty() const { return answers_.empty(); }
  // What was validated cannot fail here. One that is there already stays as it is.
  void apply(const KeepAnswer& command, Timestamp at);
  // Lets go of those that were kept for kAnswersKeptMs. Cost: those that go.
  void expire(Timestamp now);
  // What was answered about a contact goes; that it was answered stays. Cost: all are looked at.
  void forget(std::string_view subject);

  // Shape: docs/reference/formats.md.
  std::string encode() const;
  // Errors: failure, where the bytes are none that encode() makes.
  static Result<KeptAnswers> decode(std::string_view bytes);

 private:
  // Of one asker; its ids and those that have something to let go, oldest first.
  struct Share {
    std::deque<std::string> ids;
    std::deque<std::string> with_body;
    std::size_t bytes = 0;
  };
  using Shares = std::map<std::string, Share, std::less<>>;
  void add(std::string id, KeptAnswer answer);
  void drop_body(Share& share, KeptAnswer& answer);
  void drop_oldest_body(Share& share);
  void drop_oldest(Shares::iterator of);

  std::map<std::string, KeptAnswer, std::less<>> answers_;
  Shares shares_;
  std::size_t bytes_ = 0;
  Timestamp oldest_at_;  // no answer is older
};

// The hash by which an answer names the contact that it is about.
std::string subject_of(std::string_view contact_id);

// Errors: invalid.
Result<SubmitOutcome> validate(const KeepAnswer& command);

}  // namespace wanamaker
