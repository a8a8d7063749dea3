#include "engine/access.h"

#include "base/bytes.h"
#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

bool is_line(std::string_view text, std::size_t bytes_max) {
  return text.size() <= bytes_max && is_valid_utf8(text) && std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_user_id(std::string_view id) { return id.size() == kUserIdBytes && id.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

std::size_t admins_without(std::string_view gone, const Access& access, const AccessKeys& keys) {
  std::size_t count = 0;
  for (const auto& [id, user] : access.users) count += user.role == UserRole::admin && id != gone ? 1 : 0;
  for (const auto& [id, key] : keys) count += key.role == KeyRole::admin && !key.revoked_at && id != gone ? 1 : 0;
  return count;
}

Result<void> need_admin_without(std::string_view gone, const Access& access, const AccessKeys& keys) {
  if (admins_without(gone, access, keys) > 0) return {};
  return fail(ErrorCode::conflict, "nobody would be left who may do everything", "make another admin, a user or a key, first");
}

}  // namespace

bool is_over(const Session& session, Timestamp now) { return now.ms - session.begun_at.ms >= kSessionMs; }

std::optional<std::string> Access::user_of(std::string_view login) const {
  const std::string key = fold_key(login);
  for (const auto& [id, user] : users)
    if (fold_key(user.login) == key) return id;
  return std::nullopt;
}

// A new password, or another role, ends what was begun before.
void Access::apply(const PutUser& command, Timestamp at) {
  const auto [place, is_new] = users.try_emplace(command.id);
  User& user = place->second;
  if (is_new) user.added_at = at;
  if (!is_new && (!command.password.empty() || user.role != command.role)) apply(EndSessions{.user = command.id, .session = {}});
  user.login = command.login;
  user.name = command.name;
  user.role = command.role;
  if (!command.password.empty()) user.password = command.password;
  user.by = command.by;
}

void Access::apply(const DeleteUser& command) {
  apply(EndSessions{.user = command.id, .session = {}});
  users.erase(command.id);
}

void Access::apply(const BeginSession& command, Timestamp at) {
  const auto is_theirs = [&](const auto& entry) { return entry.second.user == command.user; };
  if (static_cast<std::size_t>(std::ranges::count_if(sessions, is_theirs)) >= kSessionsOfAUser) {
    auto oldest = sessions.end();
    for (auto at_one = sessions.begin(); at_one != sessions.end(); ++at_one)
      if (is_theirs(*at_one) && (oldest == sessions.end() || at_one->second.begun_at < oldest->second.begun_at)) oldest = at_one;
    sessions.erase(oldest);
  }
  sessions[command.id] = {.user = command.user, .begun_at = at};
}

void Access::apply(const EndSessions& command) {
  std::erase_if(sessions, [&](const auto& entry) { return entry.second.user == command.user && (command.session.empty() || command.session == entry.first); });
}

void Access::apply(const MarkPersonal& command) { personal[command.name] = command.what; }

void Access::expire(Timestamp now) {
  std::erase_if(sessions, [&](const auto& entry) { return is_over(entry.second, now); });
}

std::string Access::encode() const {
  ByteWriter out;
  out.varint(users.size());
  for (const auto& [id, user] : users) {
    out.text(id);
    out.text(user.login);
    out.text(user.name);
    out.byte(static_cast<std::uint8_t>(user.role));
    out.text(user.password);
    out.zigzag(user.added_at.ms);
    out.text(user.by);
  }
  out.varint(sessions.size());
  for (const auto& [id, session] : sessions) {
    out.text(id);
    out.text(session.user);
    out.zigzag(session.begun_at.ms);
  }
  out.varint(personal.size());
  for (const auto& [name, mark] : personal) {
    out.text(name);
    out.byte(static_cast<std::uint8_t>(mark));
  }
  return out.take();
}

Result<Access> Access::decode(std::string_view bytes) {
  ByteReader in(bytes);
  Access access;
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    std::string id(in.text());
    User user;
    user.login = in.text();
    user.name = in.text();
    const std::uint8_t role = in.byte();
    if (role > static_cast<std::uint8_t>(UserRole::admin)) in.refuse("the role of a user is unknown");
    if (in.ok()) user.role = static_cast<UserRole>(role);
    user.password = in.text();
    user.added_at.ms = in.zigzag();
    user.by = in.text();
    access.users.emplace(std::move(id), std::move(user));
  }
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    std::string id(in.text());
    Session session;
    session.user = in.text();
    session.begun_at.ms = in.zigzag();
    access.sessions.emplace(std::move(id), std::move(session));
  }
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    std::string name(in.text());
    const std::uint8_t mark = in.byte();
    if (mark > static_cast<std::uint8_t>(PersonalMark::plain)) in.refuse("a mark of an attribute is unknown");
    if (in.ok()) access.personal.emplace(std::move(name), static_cast<PersonalMark>(mark));
  }
  WM_CHECK_OK(in.finish());
  return access;
}

Result<SubmitOutcome> validate(const PutUser& command, const Access& access, const AccessKeys& keys) {
  const auto known = access.users.find(command.id);
  const bool is_new = known == access.users.end();
  if (!is_user_id(command.id)) return fail(ErrorCode::invalid, "a user has an id of 12 hexadecimal digits");
  if (command.login.empty() || !is_line(command.login, kLoginBytesMax)) return fail(ErrorCode::invalid, fmt::format("a login is a text of 1 to {} bytes without line breaks, such as an e-mail address", kLoginBytesMax));
  if (!is_line(command.name, kLoginBytesMax)) return fail(ErrorCode::invalid, fmt::format("the name of a user has at most {} bytes and no line breaks", kLoginBytesMax));
  if (!is_line(command.by, kTextBytesMax)) return fail(ErrorCode::invalid, "an author is a text of up to 16384 bytes in UTF-8, without line breaks and control characters");
  if (command.password.size() > kPasswordHashBytesMax || (is_new && command.password.empty())) return fail(ErrorCode::invalid, "a new user needs a password");
  if (const auto other = access.user_of(command.login); other && *other != command.id) return fail(ErrorCode::conflict, "another user has this login already");
  if (is_new && access.users.size() >= kUsersMax) return fail(ErrorCode::conflict, fmt::format("there are {} users; more are not kept", kUsersMax));
  if (!is_new && known->second.role == UserRole::admin && command.role != UserRole::admin) WM_CHECK_OK(need_admin_without(command.id, access, keys));
  return SubmitOutcome{};
}

Result<SubmitOutcome> validate(const DeleteUser& command, const Access& access, const AccessKeys& keys) {
  const auto known = access.users.find(command.id);
  if (known == access.users.end()) return fail(ErrorCode::not_found, fmt::format("there is no user '{}'", command.id), "users go by their id");
  if (known->second.role == UserRole::admin) WM_CHECK_OK(need_admin_without(command.id, access, keys));
  return SubmitOutcome{};
}

Result<SubmitOutcome> validate(const BeginSession& command, const Access& access) {
  if (!access.users.contains(command.user)) return fail(ErrorCode::not_found, "the user is gone");
  if (command.id.size() != kSessionIdBytes || access.sessions.contains(command.id)) return fail(ErrorCode::invalid, "a session has a hash of 32 bytes of its own");
  return SubmitOutcome{};
}

Result<SubmitOutcome> validate(const EndSessions& command, const Access& access) {
  if (access.users.contains(command.user)) return SubmitOutcome{};
  return fail(ErrorCode::not_found, "the user is gone");
}

Result<void> check_not_last_admin(std::string_view key_id, const Access& access, const AccessKeys& keys) {
  const auto key = keys.find(key_id);
  return key == keys.end() || key->second.role != KeyRole::admin ? Result<void>() : need_admin_without(key_id, access, keys);
}

}  // namespace wanamaker
