#include "api/http/service.h"

#include "api/http/call.h"
#include "api/http/credentials.h"
#include "api/http/problem.h"
#include "api/http/routes.h"
#include "api/live.h"

#include <fmt/format.h>

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
  KeyHolder holder;
  std::string key;  // as it was sent
};

// Errors: usage, where a body that may hold the key cannot be read. nullopt: no key that counts.
Result<std::optional<Asking>> asking(Call& call) {
  std::string key = key_of(call.request().authorization);
  if (key.empty() && is_tracking(call.address())) {
    WM_TRY(key, key_in_body(call));
  }
  if (key.empty()) return std::nullopt;
  std::optional<KeyHolder> holder = holder_of(call.workspace().base().catalog.keys, key);
  call.release();
  if (!holder) return std::nullopt;
  return Asking{*std::move(holder), std::move(key)};
}

// Requests that change something may come again; tracking knows its messages by their ids.
bool may_come_again(const Route& route, const Call& call) {
  return !call.request().idempotency_key.empty() && route.method != Method::get && (route.permission == Permission::change || route.permission == Permission::append) && !is_tracking(call.address());
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

HttpResponse handled(const Route& route, Call& call) {
  const HttpRequest& request = call.request();
  if (route.permission == Permission::nobody) return answered(route, call);
  auto who = asking(call);
  if (!who) return problem(who.error(), request.id);
  if (!*who) return problem(HttpFault::no_key, "this needs a key that counts", request.id, "send it as: Authorization: Bearer KEY; keys are made with: wanamaker key add");
  const auto told = [id = (*who)->holder.id](HttpResponse response) {
    response.key_id = id;
    return response;
  };
  if (!may((*who)->holder.role, route.permission)) return told(problem(HttpFault::wrong_role, fmt::format("a {} key may not do this", name_of((*who)->holder.role)), request.id));
  if (may_come_again(route, call)) {
    auto given = call.begin_repetition({.name = (*who)->holder.id, .secret = (*who)->key});
    if (!given) return told(problem(given.error(), request.id));
    if (*given) return told(**std::move(given));
  }
  call.let_in(std::move((*who)->holder));
  return told(answered(route, call));
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
    : options_(options), store_(std::move(store)), clock_(store_->engine().live().settled_at(), wall_of(options), HeldClock::machine_steady()) {}

Result<std::unique_ptr<Service>> Service::open(const ServiceOptions& options) {
  WM_TRY(std::unique_ptr<Workspace> store, Workspace::open(options.directory, wall_of(options)()));
  std::unique_ptr<Service> service(new Service(options, std::move(store)));
  service->note_keys(service->store().base().catalog);
  service->tick();
  service->courier_ = std::make_unique<Courier>(service->store().engine(), [given = service.get()] { return given->now(); }, options.webhooks_to_house);
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
  Workspace workspace(store_->engine(), store_->sweeper(), now());
  std::ignore = run_time(workspace);
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

bool Service::is_known_key(std::string_view authorization) {
  const std::string key = key_of(authorization);
  MutexLock lock(keys_mutex_);
  return holder_of(keys_, key).has_value();
}

void Service::note_keys(const Catalog& catalog) {
  MutexLock lock(keys_mutex_);
  keys_ = catalog.keys;
}

HttpResponse Service::answer(HttpRequest request) {
  HttpResponse response = routed(request);
  if (response.json) {
    response.body = response.json->dump();
    response.json.reset();
    if (response.content_type.empty()) response.content_type = "application/json";
  }
  return response;
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
  Call call(*this, request, *std::move(address), std::move(found.parts));
  HttpResponse response = handled(*found.route, call);
  response.route = found.route->pattern;
  return response;
}

}  // namespace wanamaker
