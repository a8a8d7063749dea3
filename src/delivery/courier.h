#pragma once
// Sends changes to webhooks as they happen: at least once, in the order of the feed, each webhook at its own pace.
// Key idea: the feed is the queue. A message is the changes between two numbers, and which ones is made durable before it is sent; when it
// was taken, one command says so and fixes the next. So a kill repeats a message under the same id, and loses none. What is kept in memory
// alone are the attempts: after a restart the first one comes at once.
// Threads: a few, each serving one webhook at a time. All functions are thread-safe.
// Source: Standard Webhooks 1.0 (headers, signatures, the times between attempts).

#include "base/json.h"
#include "base/mutex.h"
#include "delivery/outgoing.h"
#include "engine/engine.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace wanamaker {

// One try to send a message.
struct Attempt {
  Timestamp at;
  std::string message;                 // its id
  WebhookPlace place = {};             // the changes behind the first number, up to the second
  std::uint64_t changes = 0;
  std::optional<int> status = {};      // what was answered
  std::string error = {};              // why nothing was
  double milliseconds = 0;
  std::optional<Timestamp> next_at = {};  // of the next try; nothing where there is none
  bool is_taken() const { return status && *status >= 200 && *status < 300; }
  Json to_json() const;
};

class Courier {
 public:
  static constexpr std::size_t kAttemptsKept = 100;  // of each webhook
  static constexpr std::uint64_t kChangesMax = 100;  // of one message
  static constexpr int kTestsMax = 2;                // at once: whoever asks waits for the answer

  // The engine outlives it. `now`: the instant that commands are accepted at.
  Courier(Engine& engine, std::function<Timestamp()> now, HouseAddresses house);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  // Nothing further is sent.
  void stop();
  // The next try of that webhook is at once.
  void try_now(const std::string& key);
  // Sends a message without changes, now, whatever the state. Errors: not_found; interrupted, where too many are sent already.
  Result<Attempt> test(const std::string& key);
  // {attempts: [...]}, newest first.
  Json attempts_json(std::string_view key);
  void forget(std::string_view key);
  HouseAddresses house() const { return house_; }

 private:
  using Clock = std::chrono::steady_clock;
  // No change that concerns the webhook lies between a cursor and a number, as it was saved at an instant.
  struct Looked {
    std::uint64_t cursor = 0;
    std::uint64_t to = 0;
    Timestamp saved_at;
    std::uint64_t from(const Webhook& webhook) const { return webhook.place.cursor == cursor && webhook.saved_at == saved_at ? to : webhook.place.cursor; }
  };
  struct Progress {
    std::size_t failures = 0;  // of the message that is being sent
    Clock::time_point next_at = {};
    bool is_served = false;
    std::uint64_t turn = 0;    // of the one it was served in last
    Looked looked = {};
    std::deque<Attempt> attempts = {};
  };
  struct Message {
    std::string key;
    Webhook webhook;
    std::vector<std::string> changes;  // as JSON
    Timestamp last_at;                 // of the last change
  };

  void run();
  std::optional<std::string> take_due();
  bool may_look();
  void serve(const std::string& key);
  std::optional<Message> message_for(const std::string& key);
  WebhookPlace next_place(const Webhook& webhook, Looked& looked) const;
  void collect(Message& message) const;
  bool move(const std::string& key, const WebhookPlace& from, const WebhookPlace& to, WebhookState state, const std::string& why);
  Attempt send(const Message& message, const std::string& type);
  void taken(const Message& message, Attempt attempt);
  void refused(const Message& message, Attempt attempt, std::optional<std::chrono::seconds> wait);
  void keep(const std::string& key, Attempt attempt) WM_REQUIRES(mutex_);
  Progress progress_of(const std::string& key);

  Engine& engine_;
  std::function<Timestamp()> now_;
  HouseAddresses house_;
  std::atomic<bool> stops_ = false;
  std::atomic<int> tests_ = 0;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Progress, std::less<>> progress_ WM_GUARDED_BY(mutex_);
  std::uint64_t turns_ WM_GUARDED_BY(mutex_) = 0;
  std::chrono::steady_clock::time_point vain_until_ WM_GUARDED_BY(mutex_);  // nothing has been found due lately, or is being looked for
  std::vector<std::jthread> threads_;  // last: they end before the rest goes
};

}  // namespace wanamaker
