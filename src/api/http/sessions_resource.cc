// Who logs in and out, and the first admin: by a one-time link to a plain page of the server's own, or by a program.
#include "api/http/problem.h"
#include "api/http/routes.h"
#include "api/http/session.h"
#include "api/passwords.h"
#include "api/users.h"

#include <fmt/format.h>

namespace wanamaker::handlers {
namespace {

constexpr std::string_view kPagePolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

Json session_json(const std::string& user_id, const User& user, std::string_view token, Timestamp begun_at) {
  return Json::object().set("user", user_json(user_id, user)).set("csrf_token", csrf_token_of(token)).set("ends_at", to_string(Timestamp{begun_at.ms + kSessionMs}));
}

struct Login {
  std::string login;
  std::string password;
};

struct Known {
  std::string id;        // empty: nobody has that login
  User user;
};
Known user_with(Call& call, const std::string& login) {
  const Access& access = call.workspace().engine().access();
  const auto id = access.user_of(login);
  return id ? Known{*id, access.users.at(*id)} : Known{};
}

// Noted by itself: nothing is changed. Errors: failure.
Result<HttpResponse> refused(Call& call, const Known& known) {
  WM_CHECK_OK(call.workspace().submit(call.audit_of(known.id.empty() ? "nobody" : "user " + known.id, "login refused", "session", "")));
  return problem(HttpFault::wrong_login, "login or password is wrong", call.request().id);
}

// A session that is still open in the same browser ends with the new one.
std::vector<CommandBody> beside_login(Call& call, const std::string& user_id) {
  std::vector<CommandBody> commands;
  const std::string old = session_id_of(session_token_in(call.request().cookie, call.service().scheme()));
  const Sessions& sessions = call.workspace().engine().access().sessions;
  if (const auto found = sessions.find(old); found != sessions.end()) commands.emplace_back(EndSessions{.user = found->second.user, .session = old});
  commands.push_back(call.audit_of("user " + user_id, "login", "session", ""));
  return commands;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

HttpResponse page(int status, std::string_view body) {
  HttpResponse response{.status = status, .body = fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Wanamaker</title></head><body>\n<h1>Wanamaker</h1>\n{}\n</body></html>\n", body), .content_type = "text/html; charset=utf-8"};
  response.headers.emplace_back("Content-Security-Policy", kPagePolicy);
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

HttpResponse bad_link() { return page(404, "<p>This link is not good, or not any more. A new one is printed when the server starts and has no users.</p>"); }

HttpResponse form_page(int status, const std::string& token, const std::string& login, const std::string& note) {
  return page(status, fmt::format("<p>Make the first admin.</p>\n{}<form method=\"post\" action=\"/setup\">\n<input type=\"hidden\" name=\"token\" value=\"{}\">\n"
                                  "<p><label>E-mail or login<br><input name=\"login\" value=\"{}\" autocomplete=\"username\" required maxlength=\"254\"></label></p>\n"
                                  "<p><label>Password, at least {} characters<br><input name=\"password\" type=\"password\" autocomplete=\"new-password\" required minlength=\"{}\"></label></p>\n"
                                  "<p><button>Make admin</button></p>\n</form>",
                                  note.empty() ? "" : fmt::format("<p role=\"alert\">{}</p>\n", escaped(note)), escaped(token), escaped(login), Passwords::kCharactersMin, Passwords::kCharactersMin));
}

// Errors: not_allowed (the link), conflict (there is somebody), those of a new user.
Result<HttpResponse> make_first_admin(Call& call, const std::string& token, const Login& wanted, const std::string& name) {
  FirstAdmin& link = call.service().first_admin();
  if (!link.is_good(token, call.now())) return fail(ErrorCode::not_allowed, "this link is not good, or not any more", "a new one is printed when the server starts and has no users");
  WM_CHECK_OK(Passwords::check(wanted.password, wanted.login));
  WM_TRY(std::string hash, call.service().passwords().hash(wanted.password));
  MutexLock edit(call.service().edits());
  if (!call.workspace().engine().access().users.empty() || !link.is_good(token, call.now())) return fail(ErrorCode::conflict, "there is a user already");
  PutUser command{.id = new_user_id(), .login = wanted.login, .name = name, .role = UserRole::admin, .password = std::move(hash), .by = "one-time link"};
  const std::string who = "user " + command.id;
  const Json json = user_json(command.id, user_of(command, call.now()));
  const Companions companions = [&, id = command.id](const SubmitOutcome&) { return std::vector<CommandBody>{call.audit_of(who, "first admin", "user", id)}; };
  WM_CHECK_OK(call.workspace().submit(std::move(command), Forgotten::are_taken, companions));
  link.close();
  return answer_json(json, 201);
}

}  // namespace

Result<HttpResponse> begin_session(Call& call) {
  const HttpRequest& request = call.request();
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string login, fields.needed_text("login"));
  WM_TRY(const std::string password, fields.needed_text("password"));
  WM_CHECK_OK(fields.finish());
  if (login.size() > kLoginBytesMax) return fail_at("#/login", fmt::format("a login has at most {} bytes", kLoginBytesMax));
  // A page of somebody else could log a browser in as somebody else.
  if (!request.origin.empty() && !is_own_origin(request, call.service().scheme())) return fail(ErrorCode::not_allowed, "this comes from a page of another server");
  if (const std::int64_t wait = call.service().login_guard().begin(login, request.from, call.now()); wait > 0) return too_often(wait, request.id);
  const Known known = user_with(call, login);
  call.release();
  WM_TRY(const bool is_right, call.service().passwords().matches(known.user.password, password));
  if (!is_right) return refused(call, known);
  call.service().login_guard().succeeded(login, request.from);
  MutexLock edit(call.service().edits());
  const Known now = user_with(call, login);
  if (now.id != known.id || now.user.password != known.user.password) return refused(call, now);  // changed meanwhile
  const std::string token = new_session_token();
  const std::vector<CommandBody> beside = beside_login(call, now.id);
  WM_CHECK_OK(call.workspace().submit(BeginSession{.id = session_id_of(token), .user = now.id}, Forgotten::are_taken, [&](const SubmitOutcome&) { return beside; }));
  call.service().note_access(call.workspace());
  HttpResponse response = answer_json(session_json(now.id, now.user, token, call.now()), 201);
  response.headers.emplace_back("Set-Cookie", session_cookie(token, call.service().scheme()));
  return response;
}

Result<HttpResponse> show_session(Call& call) {
  const Access& access = call.workspace().engine().access();
  const auto session = access.sessions.find(call.holder().session);
  const auto user = access.users.find(call.holder().id);
  if (session == access.sessions.end() || user == access.users.end()) return fail(ErrorCode::not_found, "the session is over");
  return answer_json(session_json(user->first, user->second, session_token_in(call.request().cookie, call.service().scheme()), session->second.begun_at));
}

Result<HttpResponse> end_session(Call& call) {
  HttpResponse ended = answer_json(Json::object().set("ended", true));
  ended.headers.emplace_back("Set-Cookie", session_cookie({}, call.service().scheme()));
  WM_TRY(HttpResponse answer, call.change(EndSessions{.user = call.holder().id, .session = call.holder().session}, ended));
  call.service().note_access(call.workspace());
  return answer;
}

Result<HttpResponse> setup_page(Call& call) {
  const std::string* token = query_text(call.address(), "token");
  if (token == nullptr || !call.service().first_admin().is_good(*token, call.now())) return bad_link();
  return form_page(200, *token, "", "");
}

// The form of that page; what is wrong is said on it.
Result<HttpResponse> setup_form(Call& call) {
  std::map<std::string, std::string> values;
  if (const auto pairs = parse_form(call.request().body))
    for (const auto& [name, value] : *pairs) values[name] = value;
  const std::string& token = values["token"];
  if (!is_own_origin(call.request(), call.service().scheme()) || !call.service().first_admin().is_good(token, call.now())) return bad_link();
  const auto made = make_first_admin(call, token, {.login = values["login"], .password = values["password"]}, "");
  if (made) return page(201, "<p>The first admin is made, and this link is used up. Log in with POST /api/v1/sessions.</p>");
  return form_page(422, token, values["login"], made.error().code == ErrorCode::failure ? "It could not be written; the server's log says why." : made.error().message);
}

Result<HttpResponse> setup(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string token, fields.needed_text("token"));
  WM_TRY(const std::string login, fields.needed_text("login"));
  WM_TRY(const std::string password, fields.needed_text("password"));
  WM_TRY(const std::optional<std::string> name, fields.text("name"));
  WM_CHECK_OK(fields.finish());
  return make_first_admin(call, token, {.login = login, .password = password}, name.value_or(""));
}

}  // namespace wanamaker::handlers
