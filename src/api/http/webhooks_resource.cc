// Webhooks: where changes are sent to. The sending is that of delivery/courier.h.
#include "api/http/problem.h"
#include "api/http/routes.h"
#include "delivery/signing.h"

#include <fmt/format.h>

#include <functional>

namespace wanamaker::handlers {
namespace {

// As it is now; the reference is good while the base is held. Errors: not_found.
Result<const Webhook*> find_webhook(Call& call) {
  const Webhooks& webhooks = call.workspace().engine().connections().webhooks;
  const auto found = webhooks.find(call.part(0));
  if (found == webhooks.end()) return fail(ErrorCode::not_found, fmt::format("there is no webhook '{}'", call.part(0)));
  return &found->second;
}

Json webhook_json(Call& call, const std::string& key, const Webhook& webhook) {
  Json segments = Json::array();
  for (const std::string& segment : webhook.segments) segments.push(segment);
  return Json::object().set("key", key).set("address", webhook.address).set("segments", std::move(segments)).set("state", name_of(webhook.state)).set("why", webhook.why.empty() ? Json() : Json(webhook.why))
      .set("taken", webhook.place.cursor).set("last", call.workspace().engine().live().feed().last()).set("secret_replaced_at", webhook.replaced_at ? Json(to_string(*webhook.replaced_at)) : Json())
      .set("saved_at", to_string(webhook.saved_at)).set("by", webhook.by);
}

// From where it is now to another place or state. Somebody else, or the courier, may be quicker: then it is looked at again.
struct Move {
  std::optional<std::uint64_t> after = {};  // the place; none: it stays where it is
  WebhookState state = WebhookState::active;
};
using Shown = std::function<HttpResponse(const Webhook&)>;
Result<HttpResponse> move_webhook(Call& call, const Move& wanted, const Shown& shown) {
  constexpr int kTriesMax = 20;
  for (int i = 1;; ++i) {
    WM_TRY(const Webhook* now, find_webhook(call));
    const WebhookPlace from = now->place;
    const std::uint64_t cursor = wanted.after.value_or(from.cursor);
    // What is being sent is dropped from the place: a message that is under way and is taken now will come again.
    const WebhookPlace to = wanted.state == WebhookState::active && !wanted.after ? from : WebhookPlace{.cursor = cursor, .until = cursor};
    Webhook after_move = *now;
    after_move.place = to;
    after_move.state = wanted.state;
    after_move.why.clear();
    auto moved = call.change(MoveWebhook{.key = call.part(0), .from = from, .to = to, .state = wanted.state, .why = ""}, shown(after_move));
    if (moved || moved.error().code != ErrorCode::conflict || i == kTriesMax) return moved;
  }
}

// The number of a change that is still there, or 0 for the oldest. Errors: usage, not_found.
Result<std::optional<std::uint64_t>> place_of(Call& call, Fields& fields) {
  WM_TRY(const std::optional<std::int64_t> after, fields.whole("after"));
  if (!after) return std::nullopt;
  if (*after < 0 || static_cast<std::uint64_t>(*after) > kSequenceMax) return fail_at(fields.pointer_to("after"), "'after' is no number of a change");
  const Feed& feed = call.workspace().engine().live().feed();
  const auto number = static_cast<std::uint64_t>(*after);
  if (number > feed.last()) return fail_at(fields.pointer_to("after"), fmt::format("there is no change {}: the last one is {}", number, feed.last()));
  if (number == 0) return feed.first() - 1;
  if (number < feed.first() - 1) return fail_at(fields.pointer_to("after"), fmt::format("changes up to {} are no longer kept", feed.first() - 1), "take the members anew and go on from there");
  return number;
}

// Empty where none is given. Errors: usage.
Result<std::string> secret_of(Fields& fields) {
  WM_TRY(const std::optional<std::string> secret, fields.text("secret"));
  if (!secret) return std::string();
  if (auto good = check_webhook_secret(*secret); !good) return fail_at(fields.pointer_to("secret"), good.error().message, good.error().hint);
  return *secret;
}

}  // namespace

Result<HttpResponse> list_webhooks(Call& call) {
  Json list = Json::array();
  for (const auto& [key, webhook] : call.workspace().engine().connections().webhooks) list.push(webhook_json(call, key, webhook));
  return answer_json(Json::object().set("webhooks", std::move(list)));
}

Result<HttpResponse> show_webhook(Call& call) {
  WM_TRY(const Webhook* webhook, find_webhook(call));
  return answer_json(webhook_json(call, call.part(0), *webhook));
}

Result<HttpResponse> put_webhook(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string address, fields.needed_text("address"));
  std::vector<std::string> segments;
  if (fields.any("segments") != nullptr) {
    WM_TRY(segments, fields.texts("segments", kWebhookSegmentsMax));
  }
  WM_TRY(std::string secret, secret_of(fields));
  WM_TRY(const std::optional<std::uint64_t> after, place_of(call, fields));
  const bool says_active = fields.any("active") != nullptr;
  WM_TRY(const bool active, fields.truth("active", true));
  WM_TRY(const std::optional<std::string> by, fields.text("by"));
  WM_CHECK_OK(fields.finish());
  WM_TRY(const std::string author, call.author(by));
  if (auto good = check_outgoing_address(address, call.service().courier().house()); !good) return fail_at(fields.pointer_to("address"), good.error().message, good.error().hint);
  const auto& webhooks = call.workspace().engine().connections().webhooks;
  const auto before = webhooks.find(call.part(0));
  const bool is_new = before == webhooks.end();
  if (!is_new && after) return fail_at(fields.pointer_to("after"), "'after' is for a new webhook", "POST /api/v1/webhooks/KEY/resend goes back");
  if (is_new && secret.empty()) secret = new_webhook_secret();
  if (!is_new && before->second.secret == secret) secret.clear();
  const std::uint64_t last = call.workspace().engine().live().feed().last();
  const PutWebhook command{.key = call.part(0), .address = address, .secret = secret, .segments = std::move(segments), .after = after.value_or(last), .by = author};
  Connections foreseen;
  if (!is_new) foreseen.webhooks.insert(*before);
  foreseen.apply(command, call.now());
  const Webhook& saved = foreseen.webhooks.at(call.part(0));
  const Shown shown = [&](const Webhook& webhook) {
    Json json = webhook_json(call, call.part(0), webhook);
    if (is_new) json.set("secret", secret);
    return answer_json(std::move(json), is_new ? 201 : 200);
  };
  const bool moves = says_active && (saved.state == WebhookState::active) != active;
  if (moves) WM_CHECK_OK(call.make(command));
  WM_TRY(HttpResponse answer, moves ? move_webhook(call, {.state = active ? WebhookState::active : WebhookState::paused}, shown) : call.change(command, shown(saved)));
  call.service().courier().try_now(call.part(0));
  return answer;
}

Result<HttpResponse> delete_webhook(Call& call) {
  WM_TRY(HttpResponse answer, call.change(DeleteWebhook{.key = call.part(0), .by = call.author()}, answer_json(Json::object().set("key", call.part(0)).set("deleted", true))));
  call.service().courier().forget(call.part(0));
  return answer;
}

Result<HttpResponse> rotate_webhook(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(std::string secret, secret_of(fields));
  WM_TRY(const std::optional<std::string> by, fields.text("by"));
  WM_CHECK_OK(fields.finish());
  WM_TRY(const std::string author, call.author(by));
  if (secret.empty()) secret = new_webhook_secret();
  WM_TRY(const Webhook* now, find_webhook(call));
  return call.change(PutWebhook{.key = call.part(0), .address = now->address, .secret = secret, .segments = now->segments, .after = 0, .by = author}, answer_json(Json::object().set("key", call.part(0)).set("secret", secret)));
}

Result<HttpResponse> resend_webhook(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::optional<std::uint64_t> after, place_of(call, fields));
  WM_CHECK_OK(fields.finish());
  WM_TRY(HttpResponse answer, move_webhook(call, {.after = after}, [&](const Webhook& webhook) { return answer_json(webhook_json(call, call.part(0), webhook)); }));
  call.service().courier().try_now(call.part(0));
  return answer;
}

Result<HttpResponse> test_webhook(Call& call) {
  WM_CHECK_OK(find_webhook(call));
  call.release();
  const auto attempt = call.service().courier().test(call.part(0));
  if (!attempt && attempt.error().code == ErrorCode::interrupted) return problem(HttpFault::too_many, attempt.error().message, call.request().id, attempt.error().hint);
  if (!attempt) return fail(attempt.error());
  return call.done(answer_json(attempt->to_json()));
}

Result<HttpResponse> webhook_attempts(Call& call) {
  WM_CHECK_OK(find_webhook(call));
  return answer_json(call.service().courier().attempts_json(call.part(0)));
}

}  // namespace wanamaker::handlers
