#include "engine/kept_answers.h"

#include "base/bytes.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace wanamaker {
namespace {

bool is_good(const std::string& id, const KeptAnswer& answer) {
  return id.size() == kAnswerIdBytes && answer.request.size() == kAnswerIdBytes && answer.sealed.size() <= kAnswerBytesMax && answer.subjects.size() % kAnswerSubjectBytes == 0 &&
         answer.subjects.size() <= kAnswerSubjectsMax * kAnswerSubjectBytes && answer.asker.size() <= kAnswerAskerBytesMax;
}

bool tells_of(const KeptAnswer& answer, std::string_view subject) {
  for (std::size_t i = 0; i < answer.subjects.size(); i += kAnswerSubjectBytes)
    if (answer.subjects.compare(i, kAnswerSubjectBytes, subject) == 0) return true;
  return false;
}

}  // namespace

const KeptAnswer* KeptAnswers::find(std::string_view id, Timestamp now) const {
  const auto found = answers_.find(id);
  return found == answers_.end() || now.ms - found->second.at.ms > kAnswersKeptMs ? nullptr : &found->second;
}

void KeptAnswers::apply(const KeepAnswer& command, Timestamp at) {
  add(command.id, {.request = command.request, .sealed = command.sealed, .subjects = command.subjects, .at = at, .asker = command.asker});
}

// A clock that stepped back keeps them the longer: those of one asker stay in order.
void KeptAnswers::add(std::string id, KeptAnswer answer) {
  if (answers_.contains(id)) return;
  Share& share = shares_[answer.asker];
  if (!share.ids.empty()) answer.at = std::max(answer.at, answers_.at(share.ids.back()).at);
  oldest_at_ = answers_.empty() ? answer.at : std::min(oldest_at_, answer.at);
  const std::size_t bytes = answer.sealed.size() + answer.subjects.size();
  share.ids.push_back(id);
  if (bytes > 0) share.with_body.push_back(id);
  share.bytes += bytes;
  bytes_ += bytes;
  answers_.emplace(std::move(id), std::move(answer));
  while (bytes_ > kAnswersBytesMax) drop_oldest_body(std::ranges::max_element(shares_, {}, [](const auto& entry) { return entry.second.bytes; })->second);
  while (answers_.size() > kAnswersMax) drop_oldest(std::ranges::max_element(shares_, {}, [](const auto& entry) { return entry.second.ids.size(); }));
}

void KeptAnswers::drop_body(Share& share, KeptAnswer& answer) {
  const std::size_t bytes = answer.sealed.size() + answer.subjects.size();
  share.bytes -= bytes;
  bytes_ -= bytes;
  answer.sealed = {};
  answer.subjects = {};
}

// Ids of bodies that are gone already stand there too.
void KeptAnswers::drop_oldest_body(Share& share) {
  const auto oldest = answers_.find(share.with_body.front());
  share.with_body.pop_front();
  if (oldest != answers_.end()) drop_body(share, oldest->second);
}

void KeptAnswers::drop_oldest(Shares::iterator of) {
  Share& share = of->second;
  const auto oldest = answers_.find(share.ids.front());
  drop_body(share, oldest->second);
  answers_.erase(oldest);
  if (!share.with_body.empty() && share.with_body.front() == share.ids.front()) share.with_body.pop_front();
  share.ids.pop_front();
  if (share.ids.empty()) shares_.erase(of);
}

void KeptAnswers::expire(Timestamp now) {
  const auto is_over = [&](Timestamp at) { return now.ms - at.ms > kAnswersKeptMs; };
  if (answers_.empty() || !is_over(oldest_at_)) return;
  oldest_at_ = now;
  for (auto share = shares_.begin(); share != shares_.end();) {
    const auto here = share++;
    for (std::size_t left = here->second.ids.size(); left > 0; --left) {
      const Timestamp at = answers_.at(here->second.ids.front()).at;
      if (!is_over(at)) {
        oldest_at_ = std::min(oldest_at_, at);
        break;
      }
      drop_oldest(here);
    }
  }
}

void KeptAnswers::forget(std::string_view subject) {
  for (auto& [id, answer] : answers_)
    if (tells_of(answer, subject)) drop_body(shares_.at(answer.asker), answer);
}

std::string KeptAnswers::encode() const {
  ByteWriter out;
  out.varint(answers_.size());
  for (const auto& [asker, share] : shares_) {
    for (const std::string& id : share.ids) {
      const KeptAnswer& answer = answers_.at(id);
      out.text(id);
      out.text(answer.request);
      out.text(answer.sealed);
      out.text(answer.subjects);
      out.zigzag(answer.at.ms);
    }
  }
  if (shares_.size() == 1 && shares_.begin()->first.empty()) return out.take();
  out.varint(shares_.size());
  for (const auto& [asker, share] : shares_) {
    out.text(asker);
    out.varint(share.ids.size());
  }
  return out.take();
}

Result<KeptAnswers> KeptAnswers::decode(std::string_view bytes) {
  ByteReader in(bytes);
  KeptAnswers answers;
  std::vector<std::pair<std::string, KeptAnswer>> read;
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    auto& [id, answer] = read.emplace_back();
    id = in.text();
    answer.request = in.text();
    answer.sealed = in.text();
    answer.subjects = in.text();
    answer.at = Timestamp{in.zigzag()};
    if (!is_good(id, answer)) in.refuse("a kept answer is none");
  }
  const bool has_askers = in.remaining() > 0;
  std::size_t next = 0;
  for (std::size_t count = has_askers ? in.count() : 0; count > 0 && in.ok(); --count) {
    const std::string asker(in.text());
    const std::uint64_t theirs = in.varint();
    if (asker.size() > kAnswerAskerBytesMax || theirs > read.size() - next) in.refuse("an asker has more answers than there are");
    for (std::uint64_t i = 0; i < theirs && in.ok(); ++i) read[next++].second.asker = asker;
  }
  if (has_askers && next != read.size()) in.refuse("a kept answer has no asker");
  WM_CHECK_OK(in.finish());
  for (auto& [id, answer] : read) answers.add(std::move(id), std::move(answer));
  return answers;
}

std::string subject_of(std::string_view contact_id) {
  std::array<unsigned char, kAnswerSubjectBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(contact_id.data()), contact_id.size(), nullptr, 0);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Result<SubmitOutcome> validate(const KeepAnswer& command) {
  if (is_good(command.id, {.request = command.request, .sealed = command.sealed, .subjects = command.subjects, .at = {}, .asker = command.asker})) return SubmitOutcome{};
  return fail(ErrorCode::invalid, "an answer is kept under hashes of 32 bytes and has a limit of its size");
}

}  // namespace wanamaker
