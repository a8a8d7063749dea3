#include "api/http/call.h"

namespace wanamaker {

Result<const Json*> Call::body() {
  if (!body_) {
    WM_TRY(Json json, parse_body(request_.body));
    body_.emplace(ItemBody{.json = std::move(json), .faults = {}});
  }
  return &body_->json;
}

Result<const ItemBody*> Call::item_body(std::string_view member) {
  if (!body_) {
    WM_TRY(body_, parse_item_body(request_.body, member));
  }
  return &*body_;
}

Result<Timestamp> Call::at() {
  const std::string* text = query_text(address_, "at");
  if (text == nullptr) return now_;
  if (const auto at = parse_timestamp(*text)) return *at;
  if (const auto day = parse_date(*text)) return workspace().zone().start_of(*day);
  return fail(ErrorCode::usage, "'at' in the address is no instant", "write at=2024-01-31T10:00:00Z");
}

Result<HttpResponse> Call::change(CommandBody body, const Answering& answer) {
  std::optional<Result<HttpResponse>> made;
  const Companions companions = [&](const SubmitOutcome& outcome) {
    made.emplace(answer(outcome));
    return *made ? beside_change(**made) : std::vector<CommandBody>();
  };
  WM_CHECK_OK(workspace().submit(std::move(body), Forgotten::are_taken, companions));
  if (*made) is_answer_kept_ = true;
  return *std::move(made);
}

Result<HttpResponse> Call::change(CommandBody body, const HttpResponse& answer) {
  return change(std::move(body), [&](const SubmitOutcome&) { return answer; });
}

std::vector<CommandBody> Call::beside_change(const HttpResponse& answer) const {
  std::vector<CommandBody> commands;
  if (repetition_ && !is_answer_kept_) commands.emplace_back(repetition_->keep(answer, about_));
  return commands;
}

Result<std::optional<HttpResponse>> Call::begin_repetition(const Repetition::Asker& asker) {
  repetition_.emplace(service_.under_way(), request_, asker);
  WM_CHECK_OK(repetition_->begin());
  auto given = repetition_->given(workspace().engine().answers(), now_);
  release();
  return given;
}

Result<void> Call::keep(const HttpResponse& answer) {
  if (!repetition_ || is_answer_kept_ || answer.status >= 300) return {};
  WM_CHECK_OK(workspace().submit(repetition_->keep(answer, about_)));
  release();
  return {};
}

}  // namespace wanamaker
