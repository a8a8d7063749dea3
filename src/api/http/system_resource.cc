// The process itself: whether it lives and is ready, its figures, its contract, its clock.
#include "api/http/openapi.h"
#include "api/http/routes.h"

#include <fmt/format.h>

namespace wanamaker::handlers {

Result<HttpResponse> live(Call&) { return answer_json(Json::object().set("alive", true)); }

Result<HttpResponse> ready(Call& call) {
  const bool closes = call.service().is_closing();
  const bool writes = !call.service().store().engine().refuses_writes();
  return answer_json(Json::object().set("ready", !closes && writes).set("reads", !closes).set("writes", !closes && writes), closes || !writes ? 503 : 200);
}

Result<HttpResponse> metrics(Call& call) {
  HttpResponse response{.content_type = "text/plain; version=0.0.4"};
  response.body = metrics_text(call.service().metrics(), call.service().questions(), call.workspace());
  return response;
}

Result<HttpResponse> openapi(Call&) {
  HttpResponse response{.content_type = "application/json"};
  response.body = openapi_text();
  return response;
}

Result<HttpResponse> stats(Call& call) {
  Workspace& workspace = call.workspace();
  const Base& base = workspace.base();
  std::uint64_t events = 0;
  for (const EventTable& table : base.events) events += table.live_rows();
  const Live& live = workspace.engine().live();
  const std::string note = call.service().clock_note();
  return answer_json(Json::object().set("contacts", std::uint64_t{base.contacts()}).set("events", events).set("segments", std::uint64_t{base.catalog.segments.size()})
                         .set("lists", std::uint64_t{base.catalog.lists.size()}).set("last_change", live.feed().last()).set("now", to_string(call.now()))
                         .set("clock", note.empty() ? Json() : Json(note)).set("writes", !workspace.engine().refuses_writes().has_value()));
}

Result<HttpResponse> confirm_clock(Call& call) {
  call.service().confirm_clock();
  return call.done(answer_json(Json::object().set("now", to_string(call.service().now()))));
}

}  // namespace wanamaker::handlers
