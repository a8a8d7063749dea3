#include "engine/kept_answers.h"

#include "base/bytes.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace wanamaker {
namespace {

std::size_t bytes_of(std::string_view id, const KeptAnswer& answer) { return id.size() + answer.request.size() + answer.sealed.size() + answer.subject.size(); }

bool is_good(const std::string& id, const std::string& request, const std::string& sealed, const std::string& subject) {
  return id.size() == kAnswerIdBytes && request.size() == kAnswerIdBytes && sealed.size() <= kAnswerBytesMax && (subject.empty() || subject.size() == kAnswerSubjectBytes);
}

}  // namespace

const KeptAnswer* KeptAnswers::find(std::string_view id, Timestamp now) const {
  const auto found = answers_.find(id);
  return found == answers_.end() || now.ms - found->second.at.ms > kAnswersKeptMs ? nullptr : &found->second;
}

void KeptAnswers::apply(const KeepAnswer& command, Timestamp at) { add(command.id, {.request = command.request, .sealed = command.sealed, .subject = command.subject, .at = at}); }

// A clock that stepped back keeps them the longer: they stay in order.
void KeptAnswers::add(std::string id, KeptAnswer answer) {
  if (!by_time_.empty()) answer.at = std::max(answer.at, answers_.at(by_time_.back()).at);
  const auto [place, is_new] = answers_.try_emplace(std::move(id), std::move(answer));
  if (!is_new) return;
  by_time_.push_back(place->first);
  bytes_ += bytes_of(place->first, place->second);
  while (by_time_.size() > kAnswersMax || bytes_ > kAnswersBytesMax) drop_oldest();
}

void KeptAnswers::drop_oldest() {
  const auto oldest = answers_.find(by_time_.front());
  bytes_ -= bytes_of(oldest->first, oldest->second);
  answers_.erase(oldest);
  by_time_.pop_front();
}

void KeptAnswers::expire(Timestamp now) {
  while (!by_time_.empty() && now.ms - answers_.at(by_time_.front()).at.ms > kAnswersKeptMs) drop_oldest();
}

void KeptAnswers::forget(std::string_view subject) {
  for (auto& [id, answer] : answers_) {
    if (answer.subject != subject) continue;
    bytes_ -= answer.sealed.size() + answer.subject.size();
    answer.sealed = {};
    answer.subject = {};
  }
}

std::string KeptAnswers::encode() const {
  ByteWriter out;
  out.varint(by_time_.size());
  for (const std::string& id : by_time_) {
    const KeptAnswer& answer = answers_.at(id);
    out.text(id);
    out.text(answer.request);
    out.text(answer.sealed);
    out.text(answer.subject);
    out.zigzag(answer.at.ms);
  }
  return out.take();
}

Result<KeptAnswers> KeptAnswers::decode(std::string_view bytes) {
  ByteReader in(bytes);
  KeptAnswers answers;
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    std::string id(in.text());
    KeptAnswer answer;
    answer.request = in.text();
    answer.sealed = in.text();
    answer.subject = in.text();
    answer.at = Timestamp{in.zigzag()};
    if (!is_good(id, answer.request, answer.sealed, answer.subject)) in.refuse("a kept answer is none");
    if (in.ok()) answers.add(std::move(id), std::move(answer));
  }
  WM_CHECK_OK(in.finish());
  return answers;
}

std::string subject_of(std::string_view contact_id) {
  std::array<unsigned char, kAnswerSubjectBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(contact_id.data()), contact_id.size(), nullptr, 0);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Result<SubmitOutcome> validate(const KeepAnswer& command) {
  if (is_good(command.id, command.request, command.sealed, command.subject)) return SubmitOutcome{};
  return fail(ErrorCode::invalid, "an answer is kept under hashes of 32 bytes and has a limit of its size");
}

}  // namespace wanamaker
