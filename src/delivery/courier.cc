#include "delivery/courier.h"

#include "delivery/change_json.h"
#include "delivery/signing.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kThreads = 16;  // so many receivers may keep us waiting before another is served late
constexpr auto kLooksEvery = 100ms;
constexpr std::uint64_t kLooksAtMax = 20'000;  // changes at once, of which none may concern the webhook
constexpr std::uint64_t kSkipsKept = 10'000;   // as many changes that do not concern it are worth a command
// From the end of one try to the next, as Standard Webhooks proposes; after the last one the webhook has failed.
constexpr std::chrono::seconds kWaits[] = {5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
constexpr std::chrono::seconds kWaitMax = 24h;
constexpr int kGone = 410;

// The same for each try of a message.
std::string message_id(std::string_view key, const Webhook& webhook, const WebhookPlace& place) { return fmt::format("{}_{}_{}_{}", key, webhook.saved_at.ms, place.cursor, place.until); }

std::string body_of(std::string_view type, Timestamp at, const std::vector<std::string>& changes, const WebhookPlace& place) {
  std::string body = fmt::format("{{\"type\":\"{}\",\"timestamp\":\"{}\",\"data\":{{\"changes\":[", type, to_string(at));
  for (std::size_t i = 0; i < changes.size(); ++i) body += (i > 0 ? "," : "") + changes[i];
  return body + fmt::format("],\"next\":{}}}}}", place.until);
}

bool is_wanted(const Webhook& webhook, const std::string& segment) {
  return webhook.segments.empty() || std::ranges::find(webhook.segments, segment) != webhook.segments.end();
}

}  // namespace

Json Attempt::to_json() const {
  return Json::object().set("at", to_string(at)).set("message", message).set("after", place.cursor).set("until", place.until).set("changes", changes).set("taken", is_taken())
      .set("status", status ? Json(*status) : Json()).set("error", error.empty() ? Json() : Json(error)).set("ms", Json(Json::Number{fmt::format("{:.1f}", milliseconds)}))
      .set("next_at", next_at ? Json(to_string(*next_at)) : Json());
}

Courier::Courier(Engine& engine, std::function<Timestamp()> now, HouseAddresses house) : engine_(engine), now_(std::move(now)), house_(house) {
  for (unsigned i = 0; i < kThreads; ++i) threads_.emplace_back([this] { run(); });
}

Courier::~Courier() { stop(); }

void Courier::stop() {
  stops_ = true;
  changed_.notify_all();
}

void Courier::run() {
  while (!stops_) {
    if (const auto key = take_due()) {
      serve(*key);
      MutexLock lock(mutex_);
      progress_[*key].is_served = false;
    } else {
      MutexLock lock(mutex_);
      if (!stops_) changed_.wait_for(mutex_, kLooksEvery);
    }
  }
}

// Of the webhooks that are active, have something to send, and that no other thread serves, the one that was served longest ago.
std::optional<std::string> Courier::take_due() {
  if (!may_look()) return std::nullopt;
  ReadingLock reading(engine_.reading());
  const Webhooks& webhooks = engine_.connections().webhooks;
  if (webhooks.empty()) return std::nullopt;
  const std::uint64_t last = engine_.live().feed().last();
  MutexLock lock(mutex_);
  const std::pair<const std::string, Webhook>* longest = nullptr;
  for (const auto& one : webhooks) {
    const auto& [key, webhook] = one;
    const Progress& progress = progress_[key];
    const bool has_something = webhook.place.until > webhook.place.cursor || last != progress.looked.from(webhook);
    if (webhook.state != WebhookState::active || !has_something || progress.is_served || Clock::now() < progress.next_at) continue;
    if (longest == nullptr || progress.turn < progress_[longest->first].turn) longest = &one;
  }
  if (longest == nullptr) return std::nullopt;
  Progress& progress = progress_[longest->first];
  progress.is_served = true;
  progress.turn = ++turns_;
  vain_until_ = {};  // there may be another
  return longest->first;
}

// Each look takes a turn at the base, for which questions wait too: so while one thread has just found nothing, the others need not.
bool Courier::may_look() {
  MutexLock lock(mutex_);
  const auto now = Clock::now();
  if (now < vain_until_) return false;
  vain_until_ = now + kLooksEvery / 2;
  return true;
}

Courier::Progress Courier::progress_of(const std::string& key) {
  MutexLock lock(mutex_);
  return progress_[key];
}

void Courier::serve(const std::string& key) {
  const auto message = message_for(key);
  if (!message) return;
  const Attempt attempt = send(*message, "membership.changed");
  if (stops_ && !attempt.is_taken()) return;  // it was cut off, and says nothing of the other side
  if (attempt.is_taken()) taken(*message, attempt);
}

// What is to be sent next; which changes those are is durable. Nothing where there is nothing.
std::optional<Courier::Message> Courier::message_for(const std::string& key) {
  Progress progress = progress_of(key);
  Message message{.key = key, .webhook = {}, .changes = {}, .last_at = {}};
  WebhookPlace place;
  std::string lost;
  {
    ReadingLock reading(engine_.reading());
    const auto found = engine_.connections().webhooks.find(key);
    if (found == engine_.connections().webhooks.end() || found->second.state != WebhookState::active) return std::nullopt;
    message.webhook = found->second;
    place = message.webhook.place;
    const Feed& feed = engine_.live().feed();
    if (place.cursor < feed.first() - 1) lost = fmt::format("changes up to {} are no longer kept", feed.first() - 1);
    if (std::max(place.cursor, place.until) > feed.last()) lost = fmt::format("there is no change {}: the last one is {}", place.until, feed.last());
    if (lost.empty() && place.until == place.cursor) place = next_place(message.webhook, progress.looked);
  }
  {
    MutexLock lock(mutex_);
    progress_[key].looked = progress.looked;
    if (engine_.refuses_writes()) progress_[key].next_at = Clock::now() + kWaits[0];
  }
  if (!lost.empty()) {
    move(key, message.webhook.place, message.webhook.place, WebhookState::failed, lost);
    return std::nullopt;
  }
  if (place != message.webhook.place && !move(key, message.webhook.place, place, WebhookState::active, "")) return std::nullopt;
  if (place.until == place.cursor) return std::nullopt;
  message.webhook.place = place;
  collect(message);
  return message;
}

// The place of the next message behind the cursor; where nothing concerns the webhook, the cursor alone moves, from time to time.
WebhookPlace Courier::next_place(const Webhook& webhook, Looked& looked) const {
  const Live& live = engine_.live();
  const std::uint64_t cursor = webhook.place.cursor;
  const std::uint64_t from = looked.from(webhook);
  std::uint64_t wanted = 0;
  std::uint64_t until = from;
  std::uint64_t seen = from;
  live.feed().read(from, [&](const Transition& change) {
    if (change.number - from > kLooksAtMax || wanted == kChangesMax) return false;
    seen = change.number;
    if (!is_wanted(webhook, live.segments()[change.segment.value].key)) return true;
    ++wanted;
    until = change.number;
    return true;
  });
  looked = {.cursor = cursor, .to = wanted > 0 ? from : seen, .saved_at = webhook.saved_at};
  if (wanted > 0) return {.cursor = cursor, .until = until};
  return seen - cursor >= kSkipsKept ? WebhookPlace{.cursor = seen, .until = seen} : WebhookPlace{.cursor = cursor, .until = cursor};
}

void Courier::collect(Message& message) const {
  ReadingLock reading(engine_.reading());
  const Live& live = engine_.live();
  const WebhookPlace& place = message.webhook.place;
  live.feed().read(place.cursor, [&](const Transition& change) {
    if (change.number > place.until) return false;
    if (!is_wanted(message.webhook, live.segments()[change.segment.value].key)) return true;
    message.changes.push_back(change_json(change, live, engine_.unsettled()).dump());
    message.last_at = change.recorded_at;
    return true;
  });
}

bool Courier::move(const std::string& key, const WebhookPlace& from, const WebhookPlace& to, WebhookState state, const std::string& why) {
  return engine_.submit({.accepted_at = now_(), .body = MoveWebhook{.key = key, .from = from, .to = to, .state = state, .why = why}}).has_value();
}

Attempt Courier::send(const Message& message, const std::string& type) {
  const Webhook& webhook = message.webhook;
  const Timestamp now = now_();
  Attempt attempt{.at = now, .message = type == "webhook.test" ? fmt::format("{}_test_{}", message.key, now.ms) : message_id(message.key, webhook, webhook.place), .place = webhook.place, .changes = message.changes.size()};
  OutgoingRequest request{.address = webhook.address, .headers = {}, .body = body_of(type, message.last_at, message.changes, webhook.place)};
  const std::int64_t seconds = now.ms / 1000;
  std::string signature = webhook_signature(webhook.secret, attempt.message, seconds, request.body);
  const bool old_signs = webhook.replaced_at && now.ms - webhook.replaced_at->ms < kOldSecretMs;
  if (old_signs) signature += " " + webhook_signature(webhook.old_secret, attempt.message, seconds, request.body);
  request.headers = {"content-type: application/json", "webhook-id: " + attempt.message, fmt::format("webhook-timestamp: {}", seconds), "webhook-signature: " + signature, "expect:"};
  const auto began = Clock::now();
  const auto answer = post(request, house_, stops_);
  attempt.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - began).count();
  if (answer) attempt.status = answer->status;
  else attempt.error = answer.error().message;
  if (!attempt.is_taken() && type != "webhook.test" && !stops_) refused(message, attempt, answer ? answer->retry_after : std::nullopt);
  return attempt;
}

// The same command says that this message was taken and which one is next.
void Courier::taken(const Message& message, Attempt attempt) {
  const WebhookPlace& place = message.webhook.place;
  Webhook behind = message.webhook;
  behind.place = {.cursor = place.until, .until = place.until};
  Looked looked;
  WebhookPlace next;
  {
    ReadingLock reading(engine_.reading());
    next = next_place(behind, looked);
  }
  const bool moved = move(message.key, place, next, WebhookState::active, "");
  MutexLock lock(mutex_);
  Progress& kept = progress_[message.key];
  kept.failures = 0;
  kept.next_at = {};
  if (moved) kept.looked = looked;
  else if (engine_.refuses_writes()) kept.next_at = Clock::now() + kWaits[0];  // it was taken, and that cannot be noted: it will come again
  keep(message.key, std::move(attempt));
}

void Courier::refused(const Message& message, Attempt attempt, std::optional<std::chrono::seconds> wait) {
  const std::string why = attempt.status ? fmt::format("it answered {}", *attempt.status) : attempt.error;
  bool is_over = attempt.status && *attempt.status == kGone;
  {
    MutexLock lock(mutex_);
    Progress& progress = progress_[message.key];
    is_over = is_over || progress.failures >= std::size(kWaits);
    if (!is_over) {
      const std::chrono::seconds pause = std::min(std::max(kWaits[progress.failures], wait.value_or(0s)), kWaitMax);
      ++progress.failures;
      progress.next_at = Clock::now() + pause;
      attempt.next_at = Timestamp{attempt.at.ms + std::chrono::milliseconds(pause).count()};
    } else {
      progress.failures = 0;
    }
    keep(message.key, std::move(attempt));
  }
  if (is_over) move(message.key, message.webhook.place, message.webhook.place, WebhookState::failed, why);
}

void Courier::keep(const std::string& key, Attempt attempt) {
  std::deque<Attempt>& attempts = progress_[key].attempts;
  attempts.push_front(std::move(attempt));
  if (attempts.size() > kAttemptsKept) attempts.pop_back();
}

void Courier::try_now(const std::string& key) {
  MutexLock lock(mutex_);
  Progress& progress = progress_[key];
  progress.failures = 0;
  progress.next_at = {};
  progress.looked = {};
  vain_until_ = {};
  changed_.notify_all();
}

Result<Attempt> Courier::test(const std::string& key) {
  Message message{.key = key, .webhook = {}, .changes = {}, .last_at = now_()};
  {
    ReadingLock reading(engine_.reading());
    const auto found = engine_.connections().webhooks.find(key);
    if (found == engine_.connections().webhooks.end()) return fail(ErrorCode::not_found, fmt::format("there is no webhook '{}'", key));
    message.webhook = found->second;
  }
  message.webhook.place.until = message.webhook.place.cursor;
  if (++tests_ > kTestsMax) {
    --tests_;
    return fail(ErrorCode::interrupted, "too many tests of webhooks wait for their receivers", "try again in a while");
  }
  Attempt attempt = send(message, "webhook.test");
  --tests_;
  MutexLock lock(mutex_);
  keep(key, attempt);
  return attempt;
}

Json Courier::attempts_json(std::string_view key) {
  MutexLock lock(mutex_);
  Json attempts = Json::array();
  if (const auto found = progress_.find(key); found != progress_.end())
    for (const Attempt& attempt : found->second.attempts) attempts.push(attempt.to_json());
  return Json::object().set("attempts", std::move(attempts));
}

// One that is being served keeps its entry, emptied.
void Courier::forget(std::string_view key) {
  MutexLock lock(mutex_);
  const auto found = progress_.find(key);
  if (found == progress_.end()) return;
  const bool is_served = found->second.is_served;
  found->second = Progress{};
  found->second.is_served = is_served;
}

}  // namespace wanamaker
