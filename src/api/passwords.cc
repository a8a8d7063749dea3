#include "api/passwords.h"

#include "base/check.h"
#include "base/text/fold.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

namespace wanamaker {

// One of the few that may be made at once.
class Passwords::Turn {
 public:
  explicit Turn(Passwords& passwords) : passwords_(passwords) {
    MutexLock lock(passwords_.mutex_);
    if (passwords_.busy_ >= kAtOnce && passwords_.waiting_ >= kWaitingMax) return;
    ++passwords_.waiting_;
    while (passwords_.busy_ >= kAtOnce) passwords_.changed_.wait(passwords_.mutex_);
    --passwords_.waiting_;
    ++passwords_.busy_;
    has_it_ = true;
  }
  ~Turn() {
    if (!has_it_) return;
    MutexLock lock(passwords_.mutex_);
    --passwords_.busy_;
    passwords_.changed_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  Result<void> check() const { return has_it_ ? Result<void>() : fail(ErrorCode::interrupted, "too many passwords are being looked at; come again in a while"); }

 private:
  Passwords& passwords_;
  bool has_it_ = false;
};

Result<void> Passwords::check(const std::string& password, const std::string& login) {
  const auto characters = static_cast<std::size_t>(std::ranges::count_if(password, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  if (characters < kCharactersMin || password.size() > kBytesMax || !is_valid_utf8(password)) return fail(ErrorCode::invalid, fmt::format("a password has at least {} characters, and at most {} bytes", kCharactersMin, kBytesMax), "four words that have nothing to do with each other are a good one");
  if (fold_key(password) == fold_key(login)) return fail(ErrorCode::invalid, "a password is something else than the login");
  return {};
}

Result<std::string> Passwords::hash(const std::string& password) {
  CHECK(sodium_init() >= 0, "the machine gives random bytes");
  const Turn turn(*this);
  WM_CHECK_OK(turn.check());
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int done = crypto_pwhash_str(text.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);
  if (done != 0) return fail(ErrorCode::failure, "there is no memory to look at a password");
  return std::string(text.data());
}

Result<bool> Passwords::matches(const std::string& hash, const std::string& password) {
  if (password.size() > kBytesMax) return false;
  if (hash.empty()) {
    WM_CHECK_OK(this->hash(password));
    return false;
  }
  const Turn turn(*this);
  WM_CHECK_OK(turn.check());
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace wanamaker
