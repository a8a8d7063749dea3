// Users: made, listed, changed, deleted; and their own password.
#include "api/http/problem.h"
#include "api/http/routes.h"
#include "api/http/session.h"
#include "api/passwords.h"
#include "api/users.h"

#include <fmt/format.h>

namespace wanamaker::handlers {
namespace {

struct WantedUser {
  std::string login;
  std::string name;
  UserRole role = UserRole::viewer;
  std::string password;  // empty: as it is
};

Result<WantedUser> read_user(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WantedUser wanted;
  WM_TRY(wanted.login, fields.needed_text("login"));
  WM_TRY(const std::string role_name, fields.needed_text("role"));
  WM_TRY(const std::optional<std::string> name, fields.text("name"));
  WM_TRY(const std::optional<std::string> password, fields.text("password"));
  WM_CHECK_OK(fields.finish());
  const auto role = user_role_from(role_name);
  if (!role) return fail_at(fields.pointer_to("role"), fmt::format("'{}' is no role", role_name), "the roles are viewer, marketer and admin");
  wanted.role = *role;
  wanted.name = name.value_or("");
  wanted.password = password.value_or("");
  if (password) WM_CHECK_OK(Passwords::check(*password, wanted.login));
  return wanted;
}

// What the store keeps of a password; nothing of none. Nothing is held meanwhile.
Result<std::string> hashed(Call& call, const std::string& password) {
  call.release();
  if (password.empty()) return std::string();
  return call.service().passwords().hash(password);
}

std::unexpected<Error> no_user(const std::string& id) { return fail(ErrorCode::not_found, fmt::format("there is no user '{}'", id), "users go by their id"); }

Result<User> find_user(Call& call, const std::string& id) {
  const Users& users = call.workspace().engine().access().users;
  const auto found = users.find(id);
  if (found == users.end()) return no_user(id);
  return found->second;
}

}  // namespace

Result<HttpResponse> list_users(Call& call) {
  Json list = Json::array();
  for (const auto& [id, user] : call.workspace().engine().access().users) list.push(user_json(id, user));
  return answer_json(Json::object().set("users", std::move(list)));
}

Result<HttpResponse> show_user(Call& call) {
  WM_TRY(const User user, find_user(call, call.part(0)));
  return answer_json(user_json(call.part(0), user));
}

Result<HttpResponse> add_user(Call& call) {
  WM_TRY(const WantedUser wanted, read_user(call));
  if (wanted.password.empty()) return fail_at("#/password", "a new user needs a password");
  WM_TRY(std::string hash, hashed(call, wanted.password));
  PutUser command{.id = new_user_id(), .login = wanted.login, .name = wanted.name, .role = wanted.role, .password = std::move(hash), .by = call.author()};
  call.set_changed(command.id);
  const Json json = user_json(command.id, user_of(command, call.now()));
  return call.change(std::move(command), answer_json(json, 201));
}

Result<HttpResponse> put_user(Call& call) {
  WM_TRY(const WantedUser wanted, read_user(call));
  WM_TRY(std::string hash, hashed(call, wanted.password));
  MutexLock edit(call.service().edits());
  WM_TRY(const User before, find_user(call, call.part(0)));
  PutUser command{.id = call.part(0), .login = wanted.login, .name = wanted.name, .role = wanted.role, .password = std::move(hash), .by = call.author()};
  const Json json = user_json(command.id, user_of(command, before.added_at));
  WM_TRY(HttpResponse answer, call.change(std::move(command), answer_json(json)));
  call.service().note_access(call.workspace());
  return answer;
}

Result<HttpResponse> delete_user(Call& call) {
  MutexLock edit(call.service().edits());
  WM_TRY(HttpResponse answer, call.change(DeleteUser{.id = call.part(0), .by = call.author()}, answer_json(Json::object().set("id", call.part(0)).set("deleted", true))));
  call.service().note_access(call.workspace());
  return answer;
}

Result<HttpResponse> put_password(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string current, fields.needed_text("current"));
  WM_TRY(const std::string wanted, fields.needed_text("new"));
  WM_CHECK_OK(fields.finish());
  const std::string id = call.holder().id;
  WM_TRY(const User before, find_user(call, id));
  call.release();
  WM_CHECK_OK(Passwords::check(wanted, before.login));
  if (const std::int64_t wait = call.service().login_guard().begin(before.login, call.request().from, call.now()); wait > 0) return too_often(wait, call.request().id);
  WM_TRY(const bool is_right, call.service().passwords().matches(before.password, current));
  if (!is_right) {
    WM_CHECK_OK(call.workspace().submit(call.audit_of(call.who(), "password refused", "user", id)));  // by itself: nothing is changed
    return fail(ErrorCode::not_allowed, "the current password is another one");
  }
  call.service().login_guard().succeeded(before.login, call.request().from);
  WM_TRY(std::string hash, hashed(call, wanted));
  MutexLock edit(call.service().edits());
  WM_TRY(const User now, find_user(call, id));
  if (now.password != before.password) return fail(ErrorCode::conflict, "the password was changed meanwhile", "log in again");
  HttpResponse changed = answer_json(Json::object().set("changed", true));
  changed.headers.emplace_back("Set-Cookie", session_cookie({}, call.service().scheme()));
  WM_TRY(HttpResponse answer, call.change(PutUser{.id = id, .login = now.login, .name = now.name, .role = now.role, .password = std::move(hash), .by = call.author()}, changed));
  call.service().note_access(call.workspace());
  return answer;
}

}  // namespace wanamaker::handlers
