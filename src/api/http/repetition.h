#pragma once
// What the header `Idempotency-Key` makes of a request: one that comes again changes nothing and gets the same answer. Key idea: the
// answer goes into the log in one block with the change (engine/kept_answers.h), so neither is there without the other, and it is sealed
// with a key made of what whoever asks has shown, of which the store has a hash alone.
// Source: libsodium's crypto_generichash (BLAKE2b) and crypto_secretbox (XSalsa20 and Poly1305).

#include "api/http/message.h"
#include "base/mutex.h"
#include "base/result.h"
#include "model/commands.h"
#include "model/kept_answer.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace wanamaker {

// Requests that are being answered now, by what tells them. Thread-safe.
class UnderWay {
 public:
  // False where it is there already.
  bool begin(const std::string& id);
  void end(const std::string& id);

 private:
  Mutex mutex_;
  std::set<std::string> ids_ WM_GUARDED_BY(mutex_);
};

// One request that may come again. Single-threaded; the request outlives it.
class Repetition {
 public:
  static constexpr std::size_t kKeyBytesMax = 255;

  struct Asker {
    std::string id;      // of the key or user: all that it asks shares what is kept
    std::string name;    // keys of requests are those of one key or session
    std::string secret;  // what was shown: the store does not have it
  };
  Repetition(UnderWay& under_way, const HttpRequest& request, const Asker& asker);
  // The next one under its key may begin.
  ~Repetition();
  Repetition(const Repetition&) = delete;
  Repetition& operator=(const Repetition&) = delete;

  // By which the store knows it.
  const std::string& id() const { return id_; }
  // Errors: usage, where the key is no key; conflict, where the same is being answered now.
  Result<void> begin();
  // The answer that was given before, if one was. Errors: invalid, where something else was asked under this key; conflict, where the
  // change was made and its answer is not kept.
  Result<std::optional<HttpResponse>> given(const std::optional<KeptAnswer>& kept) const;
  // What keeps an answer. `about`: ids of the contacts that it tells of.
  KeepAnswer keep(const HttpResponse& response, const std::set<std::string>& about) const;

 private:
  UnderWay& under_way_;
  const HttpRequest& request_;
  std::string id_;
  std::string seal_key_;
  std::string sharer_;
  bool is_begun_ = false;
};

}  // namespace wanamaker
