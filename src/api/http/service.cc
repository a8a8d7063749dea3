#include "api/http/service.h"

#include "api/http/call.h"
#include "api/http/credentials.h"
#include "api/http/import_options.h"
#include "api/http/masking.h"
#include "api/http/problem.h"
#include "api/http/routes.h"
#include "api/http/tracking_together.h"
#include "api/live.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>

namespace wanamaker {
namespace {

HeldClock::Wall wall_of(const ServiceOptions& options) {
  if (!options.start_at) return HeldClock::machine_wall();
  return [from = *options.start_at, steady = HeldClock::machine_steady(), since = HeldClock::machine_steady()()] { return Timestamp{from.ms + steady() - since}; };
}

std::string key_of(std::string_view header) {
  if (has_scheme(header, "bearer")) return std::string(header.substr(7));
  if (has_scheme(header, "basic")) return basic_of(header.substr(6)).user;
  return {};
}

HttpResponse preflight() {
  HttpResponse response{.status = 204};
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  response.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type, Content-Encoding, AnonymousId");
  response.headers.emplace_back("Access-Control-Max-Age", "86400");
  return response;
}

// Browsers send the key in the body, since a header of their own would make them ask twice.
Result<std::string> key_in_body(Call& call) {
  if (call.request().method != Method::post) return std::string();
  WM_TRY(const ItemBody* body, call.item_body(kTrackingList));
  const Json* key = body->json.find("writeKey");
  return key != nullptr && key->as_string() != nullptr ? *key->as_string() : std::string();
}

struct Asking {
  Holder holder;
  Repetition::Asker asker;
};

std::optional<Asking> asking_by_key(Call& call, const std::string& key) {
  const auto admission = call.service().admission();
  const auto id = id_of_key(admission->keys, key);
  if (!id) return std::nullopt;
  const AccessKey& known = admission->keys.at(*id);
  return Asking{.holder = {.id = *id, .role = role_of(known.role), .name = known.name}, .asker = {.id = *id, .name = *id, .secret = key}};
}

// Errors: not_allowed, where a change does not come from a page of ours.
Result<std::optional<Asking>> asking_by_session(Call& call) {
  const std::string token = session_token_in(call.request().cookie, call.service().scheme());
  if (token.empty()) return std::nullopt;
  const auto admission = call.service().admission();
  const std::string id = session_id_of(token);
  const auto session = admission->sessions.find(id);
  if (session == admission->sessions.end() || is_over(session->second, call.now())) return std::nullopt;
  if (call.request().method != Method::get) WM_CHECK_OK(check_own_page(call.request(), token, call.service().scheme()));
  const User& user = admission->users.at(session->second.user);
  return Asking{.holder = {.id = session->second.user, .role = role_of(user.role), .name = user.name.empty() ? user.login : user.name, .session = id}, .asker = {.id = session->second.user, .name = "session " + id, .secret = token}};
}

// Errors: usage, where a body that may hold the key cannot be read; not_allowed. nullopt: neither a key that counts nor a session.
Result<std::optional<Asking>> asking(Call& call) {
  std::string key = key_of(call.request().authorization);
  if (key.empty() && is_tracking(call.address())) {
    WM_TRY(key, key_in_body(call));
  }
  if (key.empty() && !call.request().authorization.empty()) return std::nullopt;
  return key.empty() ? asking_by_session(call) : asking_by_key(call, key);
}

// Requests that change something may come again; tracking knows its messages by their ids.
bool may_come_again(const Route& route, const Call& call) {
  return !call.request().idempotency_key.empty() && route.method != Method::get && (route.permission == Permission::change || route.permission == Permission::edit || route.permission == Permission::append) && !is_tracking(call.address());
}

HttpResponse answered(const Route& route, Call& call) {
  const HttpRequest& request = call.request();
  const auto is_good_query = check_query(route, call.address());
  auto answer = is_good_query ? route.handler(call) : std::unexpected(is_good_query.error());
  call.release();
  if (answer)
    if (const auto kept = call.keep(*answer); !kept) answer = fail(kept.error());
  return answer ? *std::move(answer) : problem(answer.error(), request.id);
}

// Personal values are masked for whoever may not see them.
HttpResponse as_seen(const Route& route, Call& call, HttpResponse response) {
  if (sees_personal(call.holder().role) || route.permission != Permission::read) return response;
  const Personal personal = personal_of(call.workspace().base().schema, call.workspace().engine().access().personal);
  call.release();
  if (response.json) response.json = masked(*response.json, personal);
  if (response.more) {
    response.more = [more = std::move(response.more)]() -> std::optional<std::string> {
      const auto piece = more();
      return piece ? std::optional(without_addresses(*piece)) : std::nullopt;
    };
  }
  return response;
}

HttpResponse no_key(const HttpRequest& request) {
  return problem(HttpFault::no_key, "this needs a key that counts, or a session", request.id, "send it as: Authorization: Bearer KEY; keys are made with: wanamaker key add");
}

HttpResponse wrong_role(Role role, const HttpRequest& request) {
  return problem(HttpFault::wrong_role, fmt::format("{} {} may not do this", role == Role::admin || role == Role::admin_key ? "an" : "a", name_of(role)), request.id);
}

// The answer to whoever is not let in, or has it from before.
std::optional<HttpResponse> answered_before(const Route& route, Call& call) {
  const HttpRequest& request = call.request();
  auto who = asking(call);
  if (!who) return problem(who.error(), request.id);
  if (!*who) return no_key(request);
  const auto told = [id = (*who)->holder.id](HttpResponse response) {
    response.key_id = id;
    return response;
  };
  // A key in the body is known only here; others were counted before they waited for a worker.
  if (request.authorization.empty() && !is_user((*who)->holder.role)) {
    if (const std::int64_t wait = call.service().rates().take((*who)->holder.id, call.now()); wait > 0) return told(too_often(wait, request.id));
  }
  if (!may((*who)->holder.role, route.permission)) return told(wrong_role((*who)->holder.role, request));
  if (may_come_again(route, call)) {
    auto given = call.begin_repetition((*who)->asker);
    if (!given) return told(problem(given.error(), request.id));
    if (*given) return told(**std::move(given));
  }
  call.let_in(std::move((*who)->holder));
  return std::nullopt;
}

HttpResponse handled(const Route& route, Call& call) {
  if (route.permission == Permission::nobody) return answered(route, call);
  if (auto before = answered_before(route, call)) return *std::move(before);
  HttpResponse response = as_seen(route, call, answered(route, call));
  response.key_id = call.holder().id;
  return response;
}

HttpResponse with_body(HttpResponse response) {
  if (!response.json) return response;
  response.body = response.json->dump();
  response.json.reset();
  if (response.content_type.empty()) response.content_type = "application/json";
  return response;
}

struct Found {
  const Route* route = nullptr;
  std::vector<std::string> parts;
  std::string methods;  // that the path has
};

Found find_route(Method method, const Address& address) {
  Found found;
  for (const Route& route : routes()) {
    auto parts = match(route.pattern, address);
    if (!parts) continue;
    if (!found.methods.empty()) found.methods += ", ";
    found.methods += name_of(route.method);
    if (route.method != method) continue;
    found.route = &route;
    found.parts = *std::move(parts);
  }
  return found;
}

}  // namespace

Service::Service(const ServiceOptions& options, std::unique_ptr<Workspace> store)
    : options_(options), store_(std::move(store)), questions_(options.question_most), clock_(store_->engine().live().settled_at(), wall_of(options), HeldClock::machine_steady()), sns_certificates_([this](const std::string& address) { return fetch(address, HouseAddresses::are_refused, is_closing_); }), rates_(options.requests_per_key) {}

Result<std::unique_ptr<Service>> Service::open(const ServiceOptions& options) {
  WM_TRY(std::unique_ptr<Workspace> store, Workspace::open(options.directory, wall_of(options)()));
  std::unique_ptr<Service> service(new Service(options, std::move(store)));
  service->store().unheld().apply_beside();
  {
    Workspace workspace(service->store().engine(), service->store().sweeper(), service->questions(), service->now());
    service->note_access(workspace);
  }
  WM_TRY(service->imports_, ImportJobs::open(service->store().engine(), ImportJobs::directory_in(options.directory), [given = service.get()] { return given->now(); }));
  service->courier_ = std::make_unique<Courier>(service->store().engine(), [given = service.get()] { return given->now(); }, options.webhooks_to_house);
  service->rewriter_ = std::make_unique<Rewriter>([given = service.get()] { return given->store().engine().rewrite().has_value(); }, Rewriter::Delays{});
  if (const auto ledger = service->store().engine().store().erasures(); ledger && !(*ledger)->entries().empty()) service->rewriter_->note_older_erasures();
  service->tick();
  return service;
}

Timestamp Service::now() {
  MutexLock lock(clock_mutex_);
  return clock_.read().at;
}

std::string Service::clock_note() {
  MutexLock lock(clock_mutex_);
  return to_text(clock_.read());
}

void Service::confirm_clock() {
  MutexLock lock(clock_mutex_);
  clock_.confirm();
}

// A disk that takes no more writes shows in /readyz; time then stands still for everybody.
void Service::tick() {
  Workspace workspace(store_->engine(), store_->sweeper(), questions_, now());
  std::ignore = run_time(workspace);
  imports_->expire();
}

Lane Service::lane_of(const HttpRequest& request) const {
  const auto address = parse_address(request.target);
  if (!address) return Lane::at_once;
  const Found found = find_route(request.method, *address);
  return found.route == nullptr ? Lane::at_once : found.route->lane;
}

// By the path as it is routed: %31 is a 1 for both.
bool Service::is_tracking_target(std::string_view target) {
  const auto address = parse_address(target);
  return address && is_tracking(*address);
}

bool Service::may_show_key_later(std::string_view target) {
  const auto address = parse_address(target);
  return address && (is_tracking(*address) || is_of_provider(*address));
}

std::size_t Service::body_bytes_max(std::string_view target) { return is_tracking_target(target) ? kTrackingBytesMax : kBodyBytesMax; }

bool Service::is_known(const HttpRequest& request) {
  const std::string key = key_of(request.authorization);
  const std::string token = key.empty() ? session_token_in(request.cookie, scheme()) : std::string();
  if (token.empty()) return id_of_key(admission()->keys, key).has_value();
  return admission()->sessions.contains(session_id_of(token));
}

bool Service::is_upload(Method method, std::string_view target) {
  if (method != Method::post) return false;
  const auto address = parse_address(target);
  return address && address->segments == std::vector<std::string>{"api", "v1", "imports"};
}

// As routed() does with a body that has come; that one asks again then.
std::optional<HttpResponse> Service::begin_upload(HttpRequest& request) {
  const auto begun = [&]() -> std::expected<std::shared_ptr<ImportUpload>, HttpResponse> {
    auto address = parse_address(request.target);
    if (!address) return std::unexpected(problem(address.error(), request.id));
    Found found = find_route(request.method, *address);
    Call call(*this, request, *found.route, *std::move(address), {});
    auto who = asking(call);
    if (!who) return std::unexpected(problem(who.error(), request.id));
    if (!*who) return std::unexpected(no_key(request));
    if (!may((*who)->holder.role, found.route->permission)) return std::unexpected(wrong_role((*who)->holder.role, request));
    call.let_in(std::move((*who)->holder));
    const auto good_query = check_query(*found.route, call.address());
    auto wanted = good_query ? wanted_import(call.address()) : std::unexpected(good_query.error());
    if (!wanted) return std::unexpected(problem(wanted.error(), request.id));
    wanted->by = call.author();
    auto upload = imports_->begin(*std::move(wanted));
    if (!upload) return std::unexpected(problem(upload.error(), request.id));
    return *std::move(upload);
  }();
  if (!begun) {
    HttpResponse refused = begun.error();
    refused.route = "/api/v1/imports";
    return refused;
  }
  request.upload = *begun;
  return std::nullopt;
}

std::string Service::asker_of(const HttpRequest& request) {
  const std::string key = key_of(request.authorization);
  const std::string token = key.empty() ? session_token_in(request.cookie, scheme()) : std::string();
  const auto known = admission();
  if (token.empty()) return id_of_key(known->keys, key).value_or("");
  const auto session = known->sessions.find(session_id_of(token));
  return session == known->sessions.end() ? "" : session->second.user;
}

std::int64_t Service::wait_of(const std::string& asker) { return asker.empty() ? 0 : rates_.take(asker, now()); }

std::shared_ptr<const Service::Admission> Service::admission() {
  MutexLock lock(admission_mutex_);
  return admission_;
}

// Somewhere in what is kept as it came there may be an address or a row of theirs.
void Service::forget_erased() {
  provider_inbox_.forget_raw();
  imports_->forget_rejects();
  rewriter_->note_erasure();
}

// The workspace is held meanwhile, so that none who saw less comes behind.
void Service::note_access(Workspace& workspace) {
  const Access& access = workspace.engine().access();
  auto now = std::make_shared<const Admission>(Admission{.keys = workspace.base().catalog.keys, .sessions = access.sessions, .users = access.users});
  MutexLock lock(admission_mutex_);
  admission_ = std::move(now);
}

std::string Service::first_admin_link() {
  Workspace workspace(store_->engine(), store_->sweeper(), questions_, now());
  return workspace.engine().access().users.empty() ? "/setup?token=" + first_admin_.open(now()) : std::string();
}

bool Service::is_still_in(const Holder& holder, Workspace& workspace) {
  if (is_user(holder.role)) {
    const Sessions& sessions = workspace.engine().access().sessions;
    const auto session = sessions.find(holder.session);
    return session != sessions.end() && !is_over(session->second, now());
  }
  const auto key = workspace.base().catalog.keys.find(holder.id);
  return key != workspace.base().catalog.keys.end() && !key->second.revoked_at;
}

HttpResponse Service::answer(HttpRequest request) { return with_body(routed(request)); }

// With the key in the header, so that what is not answered here is not counted twice against it.
bool Service::may_go_together(const HttpRequest& request) {
  static constexpr std::array<std::string_view, 6> kOneEvent = {"/v1/track", "/v1/t", "/v1/page", "/v1/p", "/v1/screen", "/v1/s"};
  static constexpr std::size_t kBodyMost = 8U << 10;
  return request.method == Method::post && !request.authorization.empty() && request.body.size() <= kBodyMost && std::ranges::find(kOneEvent, request.target) != kOneEvent.end();
}

std::vector<std::optional<HttpResponse>> Service::answer_together(std::span<HttpRequest* const> requests) {
  std::vector<std::optional<HttpResponse>> answers(requests.size());
  std::deque<Call> calls;
  TrackedTogether together(*this);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto address = parse_address(requests[i]->target);
    if (!address) continue;
    Found found = find_route(requests[i]->method, *address);
    if (found.route == nullptr) continue;
    Call& call = calls.emplace_back(*this, *requests[i], *found.route, *std::move(address), std::move(found.parts));
    if (!answered_before(*found.route, call)) together.add(i, call);
  }
  for (TrackedTogether::Answer& answer : together.submit()) {
    HttpResponse& response = answers[answer.request].emplace(with_body(std::move(answer.response)));
    response.route = answer.call->route().pattern;
    response.key_id = answer.call->holder().id;
  }
  return answers;
}

HttpResponse Service::routed(HttpRequest& request) {
  auto address = parse_address(request.target);
  if (!address) return problem(address.error(), request.id);
  if (request.method == Method::options && is_tracking(*address)) return preflight();
  Found found = find_route(request.method, *address);
  if (found.route == nullptr) {
    if (found.methods.empty()) return problem(HttpFault::no_route, "there is nothing at this address", request.id, "/api/v1/openapi.json lists all");
    HttpResponse refused = problem(HttpFault::wrong_method, fmt::format("this address takes {}", found.methods), request.id);
    refused.headers.emplace_back("Allow", found.methods);
    return refused;
  }
  Call call(*this, request, *found.route, *std::move(address), std::move(found.parts));
  HttpResponse response = handled(*found.route, call);
  response.route = found.route->pattern;
  return response;
}

}  // namespace wanamaker
