// The feed of changes: in pages, and as server-sent events.
#include "api/http/problem.h"
#include "api/http/routes.h"
#include "api/http/segment_fields.h"
#include "api/live.h"

#include <fmt/format.h>

#include <charconv>

namespace wanamaker::handlers {
namespace {

constexpr std::uint64_t kPageOfStream = 1'000;

Result<ChangesQuery> read_query(Call& call) {
  ChangesQuery query;
  WM_TRY(query.after, query_number(call.address(), "after", 0, kSequenceMax));
  WM_TRY(query.limit, query_number(call.address(), "limit", query.limit, kRowsOfPageMax));
  if (const std::string* segment = query_text(call.address(), "segment")) query.segment = *segment;
  return query;
}

// Before what is kept: another answer than an address that is not there.
std::optional<HttpResponse> gone(Call& call, std::uint64_t after) {
  const Feed& feed = call.workspace().engine().live().feed();
  if (after == 0 || after >= feed.first() - 1) return std::nullopt;
  HttpResponse response = problem(HttpFault::gone, fmt::format("changes up to {} are no longer kept", feed.first() - 1), call.request().id, "take the members anew and go on from the oldest");
  response.json->set("oldest", feed.first());
  return response;
}

// As whoever asks may see it: of a segment that reads what is personal not when it turned.
Json as_seen(const Json& page, std::optional<PersonalReading> hidden) {
  if (!hidden) return page;
  Json::Object seen;
  for (const auto& [name, value] : *page.as_object()) {
    Json::Array changes;
    if (name == "changes")
      for (const Json& change : *value.as_array()) changes.push_back(hidden->segment_reads(*change.find("segment")->as_string()) ? without_instants(change) : change);
    seen.emplace_back(name, name == "changes" ? Json(std::move(changes)) : value);
  }
  return seen;
}

std::string events_of(const Json& page) {
  std::string text;
  for (const Json& change : *page.find("changes")->as_array()) text += fmt::format("id: {}\nevent: change\ndata: {}\n\n", change.find("number")->as_number()->text, change.dump());
  return text;
}

}  // namespace

Result<HttpResponse> changes(Call& call) {
  WM_TRY(const ChangesQuery query, read_query(call));
  if (auto response = gone(call, query.after)) return *std::move(response);
  WM_TRY(Json page, changes_json(call.workspace(), query));
  return answer_json(as_seen(page, hidden_from(call)));
}

// Each piece is a page read anew, so that a reader that is slow holds nothing but its cursor.
Result<HttpResponse> change_stream(Call& call) {
  WM_TRY(ChangesQuery query, read_query(call));
  query.limit = kPageOfStream;
  const std::string& last = call.request().last_event_id;  // browsers send it by themselves
  if (query.after == 0 && !last.empty() && std::from_chars(last.data(), last.data() + last.size(), query.after).ec != std::errc()) {
    return fail(ErrorCode::usage, "Last-Event-ID is no number of a change", "leave it out, or send the id of the last event that was read");
  }
  if (auto response = gone(call, query.after)) return *std::move(response);
  WM_CHECK_OK(changes_json(call.workspace(), {.after = query.after, .limit = 1, .segment = query.segment}));
  call.release();
  HttpResponse response{.content_type = "text/event-stream"};
  response.headers.emplace_back("Cache-Control", "no-store");
  response.more = [&service = call.service(), asker = call.request().asker, query, holder = call.holder()]() mutable -> std::optional<std::string> {
    if (service.is_closing()) return std::nullopt;
    Workspace workspace(service.store().engine(), service.store().sweeper(), service.questions(), service.now());
    workspace.set_asker(asker);
    if (!service.is_still_in(holder, workspace)) return std::nullopt;
    const auto page = changes_json(workspace, query);
    if (!page) return std::nullopt;  // the reader comes again and is told why
    query.after = std::stoull(page->find("next")->as_number()->text);
    return events_of(as_seen(*page, hidden_from(holder.role, workspace)));
  };
  return response;
}

}  // namespace wanamaker::handlers
