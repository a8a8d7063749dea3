// Segments: saved definitions with their members, and definitions that are only asked about.
#include "api/http/precondition.h"
#include "api/http/problem.h"
#include "api/http/routes.h"
#include "api/http/segment_fields.h"
#include "api/http/segment_members.h"
#include "api/live.h"
#include "api/overrides.h"
#include "api/queries.h"
#include "api/segments.h"
#include "engine/apply/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace wanamaker::handlers {
namespace {

constexpr std::uint32_t kOrdinalMax = 0xFFFF'FFFF;

Result<Timestamp> instant_of(Fields& fields, Call& call) {
  WM_TRY(const std::optional<std::string> text, fields.text("at"));
  if (!text) return call.now();
  if (const auto at = parse_timestamp(*text)) return *at;
  return fail_at(fields.pointer_to("at"), "'at' is no instant", "write 2024-01-31T10:00:00Z");
}

std::string etag_of(std::uint32_t version) { return fmt::format("\"v{}\"", version); }

// The answer where the condition of If-Match or If-None-Match does not hold for what is there. Errors: usage.
Result<std::optional<HttpResponse>> refused_by_condition(Call& call, const Segment* now) {
  const HttpRequest& request = call.request();
  const auto tag = now == nullptr ? std::nullopt : std::optional(etag_of(now->version));
  WM_TRY(const bool good, holds({.if_match = request.if_match, .if_none_match = request.if_none_match}, tag));
  if (good) return std::nullopt;
  HttpResponse refused = problem(HttpFault::precondition, now == nullptr ? "there is no such segment yet" : fmt::format("the segment is at version {} now", now->version), request.id, "read it again, and send the ETag of what you saw");
  if (tag) refused.headers.emplace_back("ETag", *tag);
  return refused;
}

// Whether saving would only say again what is saved. A definition that does not compile is none: saving it says why.
bool is_saved_already(Call& call, const Segment* now, const std::string& definition, const std::vector<SegmentParameter>& parameters) {
  if (now == nullptr) return false;
  const auto is_equal = [](const SegmentParameter& a, const SegmentParameter& b) { return a.name == b.name && a.type == b.type && a.value == b.value; };
  if (!std::ranges::equal(now->parameters, parameters, is_equal)) return false;
  const auto compiled = call.workspace().compile(definition, parameters);
  return compiled && compiled->text == now->text;
}

const Segment* find_segment(Call& call) {
  const auto& segments = call.workspace().base().catalog.segments;
  const auto found = segments.find(call.part(0));
  return found == segments.end() ? nullptr : &found->second;
}

// An answer with what was made by hand names contacts, and is forgotten with them.
void say_who_is_named(Call& call, const Overrides& overrides) {
  const Base& base = call.workspace().base();
  for (const ListMembers* entries : {&overrides.added, &overrides.removed})
    entries->for_each([&](ContactOrdinal contact, const ListEntry&) { call.is_about(std::string(base.contact_id(contact))); });
}

Result<HttpResponse> shown(Call& call, int status) {
  const std::string& key = call.part(0);
  if (const Segment* segment = find_segment(call); segment != nullptr && call.may_come_again()) say_who_is_named(call, segment->overrides);
  WM_TRY(Json facts, live_segment_json(call.workspace(), key));
  WM_TRY(Json segment, segment_json(call.workspace(), key));
  HttpResponse response = answer_json(std::move(segment.set("live", std::move(facts)).set("by_hand", overrides_json(call.workspace(), key))), status);
  response.headers.emplace_back("ETag", etag_of(find_segment(call)->version));
  return response;
}

// The answer to a definition that is about to be saved. Errors: those of the language.
Result<HttpResponse> foreseen(Call& call, const PutSegment& command, int status) {
  Workspace& workspace = call.workspace();
  WM_CHECK_OK(run_time(workspace));
  WM_TRY(const Definition definition, compile(command.text, {.schema = workspace.base().schema, .catalog = workspace.base().catalog, .parameters = command.parameters, .own_key = command.key}));
  const Timestamp at = as_of(workspace);
  WM_TRY(const SweepResult rule, try_to_keep(workspace, definition, at));
  const Segment* before = find_segment(call);
  std::uint64_t members = rule.count;
  if (before != nullptr) {
    before->overrides.added.for_each([&](ContactOrdinal contact, const ListEntry&) { members += rule.has(contact) ? 0 : 1; });
    before->overrides.removed.for_each([&](ContactOrdinal contact, const ListEntry&) { members -= rule.has(contact) ? 1 : 0; });
  }
  const Catalog& catalog = workspace.base().catalog;
  const auto last = catalog.last_versions.find(command.key);
  const std::uint32_t version = before != nullptr ? before->version + 1 : last != catalog.last_versions.end() ? last->second + 1 : 1;
  Json used_by = Json::array();
  for (const std::string& user : users_of_segment(catalog, command.key)) used_by.push(user);
  Json by_hand = before != nullptr ? overrides_json(workspace, command.key) : Json::object().set("added", Json::array()).set("removed", Json::array());
  Json live = Json::object().set("members", members).set("version", std::uint64_t{version}).set("as_of", to_string(at)).set("valid", true);
  if (before != nullptr) say_who_is_named(call, before->overrides);
  Json json = Json::object().set("key", command.key).set("kind", "dynamic").set("definition", definition.text).set("parameters", parameters_json(command.parameters)).set("saved_at", to_string(call.now()))
                  .set("by", command.by).set("note", command.note).set("used_by", std::move(used_by)).set("live", std::move(live)).set("by_hand", std::move(by_hand));
  HttpResponse response = answer_json(std::move(json), status);
  response.headers.emplace_back("ETag", etag_of(version));
  return response;
}

// Calls visit(id) for at most `limit` members from an ordinal on; the ordinal to go on from, nothing at the end.
template <typename Visit>
std::optional<std::uint32_t> visit_members(const SegmentMembers& members, const Base& base, std::uint32_t from, std::uint64_t limit, Visit visit) {
  for (std::size_t i = from / 64; i < members.words.size(); ++i) {
    std::uint64_t left = members.words[i];
    if (i == from / 64) left &= ~std::uint64_t{0} << (from % 64);
    for (; left != 0; left &= left - 1) {
      const auto ordinal = static_cast<std::uint32_t>(i * 64) + static_cast<std::uint32_t>(std::countr_zero(left));
      const std::string_view id = base.contact_id({ordinal});
      if (id.empty()) continue;  // erased since
      if (limit-- == 0) return ordinal;
      visit(id);
    }
  }
  return std::nullopt;
}

HttpResponse member_stream(Call& call, SegmentMembers members) {
  HttpResponse response{.content_type = "application/x-ndjson"};
  response.headers.emplace_back("Wanamaker-As-Of", to_string(members.as_of));
  if (members.changes_after) response.headers.emplace_back("Wanamaker-Changes-After", std::to_string(*members.changes_after));
  response.more = [&service = call.service(), asker = call.request().asker, members = std::move(members), next = std::optional<std::uint32_t>(0)]() mutable -> std::optional<std::string> {
    if (!next) return std::nullopt;
    Workspace workspace(service.store().engine(), service.store().sweeper(), service.questions(), service.now());
    workspace.set_asker(asker);
    std::string lines;
    next = visit_members(members, workspace.base(), *next, kRowsOfPageMax, [&](std::string_view id) { lines += "{\"contact\":" + json_quote(id) + "}\n"; });
    return lines.empty() ? std::nullopt : std::optional(std::move(lines));
  };
  return response;
}

}  // namespace

Result<HttpResponse> list_segments(Call& call) {
  Workspace& workspace = call.workspace();
  WM_CHECK_OK(run_time(workspace));
  const Live& live = workspace.engine().live();
  Json list = Json::array();
  for (const auto& [key, segment] : workspace.base().catalog.segments) {
    Json json = Json::object().set("key", key).set("kind", "dynamic").set("definition", segment.text).set("version", std::uint64_t{segment.version}).set("saved_at", to_string(segment.saved_at));
    if (const auto number = live.find(key)) json.set("members", live.segments()[number->value].members.count()).set("valid", live.graph().rule(*number) != nullptr);
    list.push(std::move(json));
  }
  return answer_json(Json::object().set("segments", std::move(list)).set("as_of", to_string(as_of(workspace))));
}

Result<HttpResponse> show_segment(Call& call) { return shown(call, 200); }

Result<HttpResponse> put_segment(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(std::string definition, definition_of(fields));
  WM_TRY(std::vector<SegmentParameter> parameters, parameters_of(fields));
  WM_TRY(const std::optional<std::string> by, fields.text("by"));
  WM_TRY(const std::optional<std::string> note, fields.text("note"));
  WM_CHECK_OK(fields.finish());
  WM_TRY(const std::string author, call.author(by));
  MutexLock edit(call.service().edits());
  const Segment* before = find_segment(call);
  const int status = before == nullptr ? 201 : 200;
  WM_TRY(auto refused, refused_by_condition(call, before));
  if (refused) return *std::move(refused);
  if (is_saved_already(call, before, definition, parameters)) return shown(call, 200);
  PutSegment command{.key = call.part(0), .text = std::move(definition), .parameters = std::move(parameters), .by = author, .note = note.value_or("")};
  if (call.may_come_again()) {
    WM_TRY(HttpResponse answer, foreseen(call, command, status));
    return call.change(std::move(command), answer);
  }
  WM_CHECK_OK(check_can_be_kept(call.workspace(), command.key, command.text, command.parameters));
  WM_CHECK_OK(call.make(std::move(command)));
  return shown(call, status);
}

Result<HttpResponse> delete_segment(Call& call) {
  MutexLock edit(call.service().edits());
  WM_TRY(auto refused, refused_by_condition(call, find_segment(call)));
  if (refused) return *std::move(refused);
  return call.change(DeleteSegment{.key = call.part(0)}, answer_json(Json::object().set("key", call.part(0)).set("deleted", true)));
}

Result<HttpResponse> preview(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string definition, definition_of(fields));
  WM_TRY(const Timestamp at, instant_of(fields, call));
  WM_CHECK_OK(fields.finish());
  WM_CHECK_OK(check_may_ask(call, definition, {}));
  if (fields.any("at") != nullptr) WM_CHECK_OK(check_may_ask_when(call, definition));
  WM_TRY(const CountAnswer answer, count(call.workspace(), definition, at, 1));
  return answer_json(answer.to_json());
}

Result<HttpResponse> explain(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string contact, fields.needed_text("contact"));
  WM_TRY(const std::optional<std::string> segment, fields.text("segment"));
  WM_TRY(const Timestamp at, instant_of(fields, call));
  std::string source;
  if (segment) {
    WM_TRY(source, segment_expression(call.workspace(), *segment));
    if (fields.any("definition") != nullptr) return fail_at("#", "'segment' and 'definition' exclude each other");
  } else {
    WM_TRY(source, definition_of(fields));
    WM_CHECK_OK(check_may_ask(call, source, {}));
  }
  WM_CHECK_OK(fields.finish());
  if (fields.any("at") != nullptr) WM_CHECK_OK(check_may_ask_when(call, source));
  WM_TRY(ExplainAnswer answer, wanamaker::explain(call.workspace(), contact, source, at));
  return answer_json(hides_instants(call, source) ? without_instants(answer.json) : std::move(answer.json));
}

Result<HttpResponse> segment_members(Call& call) {
  WM_TRY(const std::uint64_t limit, query_number(call.address(), "limit", kRowsOfPage, kRowsOfPageMax));
  WM_TRY(const std::uint64_t after, query_number(call.address(), "after", 0, kOrdinalMax));
  if (limit == 0) return fail(ErrorCode::usage, "a page has 1 to 10000 members");
  WM_TRY(SegmentMembers members, find_members(call, call.part(0)));
  if (call.request().accept.find("application/x-ndjson") != std::string::npos) return member_stream(call, std::move(members));
  Json ids = Json::array();
  const auto next = visit_members(members, call.workspace().base(), static_cast<std::uint32_t>(after), limit, [&](std::string_view id) { ids.push(id); });
  Json page = Json::object().set("key", call.part(0)).set("as_of", to_string(members.as_of)).set("total", members.count);
  if (members.changes_after) page.set("changes_after", *members.changes_after);
  return answer_json(page.set("members", std::move(ids)).set("next", next ? Json(std::to_string(*next)) : Json()));
}

}  // namespace wanamaker::handlers
