#include "api/http/call.h"

#include "api/http/routes.h"

#include <fmt/format.h>

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
    give_way();
    WM_TRY(body_, parse_item_body(request_.body, member));
    give_way();
  }
  return &*body_;
}

Result<Timestamp> Call::at() { return instant_in("at", now_); }

Result<Timestamp> Call::instant_in(const std::string& name, Timestamp otherwise) {
  const std::string* text = query_text(address_, name);
  if (text == nullptr) return otherwise;
  if (const auto at = parse_timestamp(*text)) return *at;
  if (const auto day = parse_date(*text)) return workspace().zone().start_of(*day);
  return fail(ErrorCode::usage, fmt::format("'{}' in the address is neither an instant nor a day", name), fmt::format("write {}=2024-01-31T10:00:00Z, or {}=2024-01-31 for the beginning of that day", name, name));
}

Result<HttpResponse> Call::change(CommandBody body, const Answering& answer) {
  std::optional<Result<HttpResponse>> made;
  const Companions companions = [&](const SubmitOutcome& outcome) {
    made.emplace(answer(outcome));
    return *made ? beside_change(**made) : std::vector<CommandBody>();
  };
  WM_CHECK_OK(workspace().submit(std::move(body), Forgotten::are_taken, companions));
  if (*made) is_answer_kept_ = is_audited_ = true;
  return *std::move(made);
}

Result<HttpResponse> Call::change(CommandBody body, const HttpResponse& answer) {
  return change(std::move(body), [&](const SubmitOutcome&) { return answer; });
}

Result<std::string> Call::author(const std::optional<std::string>& by) const {
  if (!by || *by == author()) return author();
  if (!is_user(holder_.role)) return *by;
  return fail(Error{.code = ErrorCode::not_allowed, .message = "a change by a user carries the user's own name", .detail = {}, .hint = "leave out 'by'", .where = "#/by"});
}

std::vector<CommandBody> Call::beside_change(const HttpResponse& answer) const {
  std::vector<CommandBody> commands = audit();
  if (repetition_ && !is_answer_kept_) commands.emplace_back(repetition_->keep(answer, about_));
  return commands;
}

Result<HttpResponse> Call::done(HttpResponse answer) {
  std::vector<CommandBody> commands = beside_change(answer);
  if (commands.empty()) return answer;
  CommandBody first = std::move(commands.front());
  commands.erase(commands.begin());
  WM_CHECK_OK(workspace().submit(std::move(first), Forgotten::are_taken, [&](const SubmitOutcome&) { return commands; }));
  is_answer_kept_ = is_audited_ = true;
  return answer;
}

Result<void> Call::make(CommandBody body) {
  WM_CHECK_OK(workspace().submit(std::move(body), Forgotten::are_taken, [&](const SubmitOutcome&) { return audit(); }));
  is_audited_ = true;
  return {};
}

CommandBody Call::audit_of(std::string who, std::string action, std::string kind, std::string key) const {
  return NoteAudit{.who = std::move(who), .action = std::move(action), .kind = std::move(kind), .key = std::move(key), .from = request_.from};
}

// "/api/v1/lists/{key}/add" is "add" to a "list". What programs say that people did is no change of anybody's settings.
std::vector<CommandBody> Call::audit() const {
  if (is_audited_ || route_.permission == Permission::append || holder_.id.empty()) return {};
  const std::string_view path = route_.pattern.substr(std::string_view("/api/v1/").size());
  std::string kind(path.substr(0, path.find('/')));
  std::string action = route_.method == Method::remove ? "delete" : route_.method == Method::post ? "make" : "set";
  if (const std::size_t slash = path.find('/'); slash != std::string_view::npos && route_.method == Method::post) action = path.substr(slash + 1);
  std::string key = changed_;
  if (const std::size_t part = path.find('{'); part != std::string_view::npos) {
    const std::string_view before = path.substr(0, part - 1);
    if (const std::size_t slash = before.rfind('/'); slash != std::string_view::npos) kind = before.substr(slash + 1);  // "schema/attributes/{name}"
    action = route_.method == Method::remove ? "delete" : "set";
    if (const std::size_t behind = path.find('/', part); behind != std::string_view::npos) action = path.substr(behind + 1);
    const bool is_erasure = kind == "contacts" && action == "delete";  // of which nothing shall be left
    key = is_erasure ? std::string() : kind == "contacts" ? audit_key_of(parts_.front()) : parts_.front();
  }
  if (kind.ends_with('s')) kind.pop_back();
  return {audit_of(who(), std::move(action), std::move(kind), std::move(key))};
}

Result<std::optional<HttpResponse>> Call::begin_repetition(const Repetition::Asker& asker) {
  repetition_.emplace(service_.under_way(), request_, asker);
  WM_CHECK_OK(repetition_->begin());
  Engine& engine = service_.store().engine();
  const auto beside_readers = engine.judging();
  return repetition_->given(engine.answer_to(repetition_->id(), now_));
}

Result<void> Call::keep(const HttpResponse& answer) {
  if (!repetition_ || is_answer_kept_ || answer.status >= 300) return {};
  WM_CHECK_OK(workspace().submit(repetition_->keep(answer, about_)));
  release();
  return {};
}

}  // namespace wanamaker
