#pragma once
// Passwords of users, by argon2id. Key idea: one hash takes 64 MiB and some 0.1 s of a core, so that guessing is dear; hence few are
// made at once, a few more wait, and who comes then is told to come again. Thread-safe.
// Source: libsodium's crypto_pwhash_str (argon2id, 2 passes over 64 MiB, a salt of 16 bytes for each).

#include "base/mutex.h"
#include "base/result.h"

#include <condition_variable>
#include <string>

namespace wanamaker {

class Passwords {
 public:
  static constexpr unsigned kAtOnce = 2;
  static constexpr unsigned kWaitingMax = 16;
  static constexpr std::size_t kCharactersMin = 12;
  static constexpr std::size_t kBytesMax = 1'024;

  // Errors: invalid, where it is too short, too long, or the login itself.
  static Result<void> check(const std::string& password, const std::string& login);
  // What the store keeps of it. Errors: interrupted, where too many wait; failure, where there is no memory.
  Result<std::string> hash(const std::string& password);
  // `hash`: empty where there is no such user: it takes as long, and is false. Errors: interrupted.
  Result<bool> matches(const std::string& hash, const std::string& password);

 private:
  class Turn;
  Mutex mutex_;
  std::condition_variable_any changed_;
  unsigned busy_ WM_GUARDED_BY(mutex_) = 0;
  unsigned waiting_ WM_GUARDED_BY(mutex_) = 0;
};

}  // namespace wanamaker
