// What is to be known of segments beside their members: what time alone will change, what they were, what an edit would do, who uses
// them, and how they lie over each other.
#include "api/http/routes.h"
#include "api/http/segment_fields.h"
#include "api/http/segment_members.h"
#include "api/live.h"
#include "api/segments.h"
#include "api/versions.h"
#include "engine/apply/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace wanamaker::handlers {
namespace {

constexpr std::size_t kOverlapMax = 8;  // segments: 255 regions

Result<HttpResponse> answered(Result<Json> json) {
  if (!json) return fail(std::move(json).error());
  return answer_json(*std::move(json));
}

Result<std::optional<std::uint32_t>> version_in(const Address& address, const std::string& name) {
  if (query_text(address, name) == nullptr) return std::nullopt;
  WM_TRY(const std::uint64_t number, query_number(address, name, 0, 0xFFFF'FFFF));
  return static_cast<std::uint32_t>(number);
}

// How many are in exactly those of the segments that a number's bits say. Shape: 2^n counts; the first is unused.
std::vector<std::uint64_t> count_regions(const std::vector<SegmentMembers>& all) {
  std::vector<std::uint64_t> regions(std::size_t{1} << all.size());
  std::size_t words = 0;
  for (const SegmentMembers& members : all) words = std::max(words, members.words.size());
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t any = 0;
    for (const SegmentMembers& members : all) any |= i < members.words.size() ? members.words[i] : 0;
    for (; any != 0; any &= any - 1) {
      std::size_t region = 0;
      for (std::size_t k = 0; k < all.size(); ++k)
        if (i < all[k].words.size()) region |= static_cast<std::size_t>(all[k].words[i] >> std::countr_zero(any) & 1) << k;
      ++regions[region];
    }
  }
  return regions;
}

}  // namespace

Result<HttpResponse> segment_due(Call& call) {
  DueQuery query{.until = {std::max(call.now(), call.workspace().engine().live().settled_at()).ms + kMillisecondsPerDay}};
  WM_TRY(query.limit, query_number(call.address(), "limit", query.limit, kRowsOfPageMax));
  WM_TRY(query.until, call.instant_in("until", query.until));
  if (const std::string* after = query_text(call.address(), "after")) {
    WM_TRY(query.after, parse_due_cursor(*after));
  }
  WM_TRY(const std::string definition, segment_expression(call.workspace(), call.part(0)));
  WM_CHECK_OK(check_may_ask_when(call, definition));
  return answered(due_json(call.workspace(), call.part(0), query));
}

// Days of entries and exits are instants too.
Result<HttpResponse> segment_history(Call& call) {
  WM_TRY(Json history, history_json(call.workspace(), call.part(0)));
  if (auto hidden = hidden_from(call); hidden && hidden->segment_reads(call.part(0))) return may_not_ask_when();
  return answer_json(std::move(history));
}
Result<HttpResponse> segment_versions(Call& call) { return answered(versions_json(call.workspace(), call.part(0))); }

Result<HttpResponse> segment_diff(Call& call) {
  VersionPair pair;
  WM_TRY(pair.from, version_in(call.address(), "from"));
  WM_TRY(pair.to, version_in(call.address(), "to"));
  return answered(diff_json(call.workspace(), call.part(0), pair));
}

Result<HttpResponse> segment_impact(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::string definition, definition_of(fields));
  WM_TRY(std::vector<SegmentParameter> parameters, parameters_of(fields));
  WM_CHECK_OK(fields.finish());
  WM_CHECK_OK(check_may_ask(call, definition, parameters));
  return answered(impact_json(call.workspace(), call.part(0), definition, std::move(parameters)));
}

Result<HttpResponse> segment_usage(Call& call) {
  const std::string& key = call.part(0);
  WM_CHECK_OK(segment_expression(call.workspace(), key));
  Json segments = Json::array();
  for (const std::string& user : users_of_segment(call.workspace().base().catalog, key)) segments.push(user);
  Json webhooks = Json::array();
  for (const auto& [name, webhook] : call.workspace().engine().connections().webhooks)
    if (std::ranges::find(webhook.segments, key) != webhook.segments.end()) webhooks.push(name);
  return answer_json(Json::object().set("key", key).set("segments", std::move(segments)).set("webhooks", std::move(webhooks)));
}

Result<HttpResponse> overlap(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(const std::vector<std::string> keys, fields.texts("segments", kOverlapMax));
  WM_CHECK_OK(fields.finish());
  if (keys.size() < 2) return fail_at(fields.pointer_to("segments"), fmt::format("2 to {} segments are laid over each other", kOverlapMax));
  std::vector<SegmentMembers> all;
  Json sizes = Json::array();
  for (const std::string& key : keys) {
    if (std::ranges::count(keys, key) > 1) return fail_at(fields.pointer_to("segments"), fmt::format("'{}' stands twice", key));
    WM_TRY(SegmentMembers members, find_members(call, key));
    sizes.push(Json::object().set("key", key).set("members", members.count));
    all.push_back(std::move(members));
  }
  const std::vector<std::uint64_t> counts = count_regions(all);
  Json regions = Json::array();
  std::uint64_t total = 0;
  for (std::size_t region = 1; region < counts.size(); ++region) {
    if (counts[region] == 0) continue;
    Json in = Json::array();
    for (std::size_t k = 0; k < keys.size(); ++k)
      if ((region >> k & 1) != 0) in.push(keys[k]);
    regions.push(Json::object().set("in", std::move(in)).set("contacts", counts[region]));
    total += counts[region];
  }
  return answer_json(Json::object().set("segments", std::move(sizes)).set("regions", std::move(regions)).set("contacts", total).set("as_of", to_string(all.front().as_of)));
}

}  // namespace wanamaker::handlers
