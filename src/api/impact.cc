// What saving a definition would change, and keeping those who are members now.

#include "api/lists.h"
#include "api/live.h"
#include "api/segments.h"
#include "engine/apply/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace wanamaker {
namespace {

// A segment that ranks is asked anew: its kept members are those of the last refresh.
Result<ContactBits> members_now(Workspace& workspace, SegmentNumber number, Timestamp now) {
  const Live& live = workspace.engine().live();
  const LiveSegment& segment = live.segments()[number.value];
  const Graph::Rule* rule = live.graph().rule(number);
  if (rule == nullptr || !rule->definition.ranks()) return segment.members;
  WM_TRY(const SweepResult swept, workspace.sweep(rule->definition, now));
  ContactBits members;
  for (std::size_t i = 0; i < swept.members.size(); ++i) members.set_word(i, swept.members[i]);
  return members;
}

// Whom the definition takes now, and what was done by hand to the segment, which survives the edit.
Result<ContactBits> members_after(Workspace& workspace, const Definition& definition, const Overrides* overrides, Timestamp now) {
  WM_TRY(const SweepResult swept, workspace.sweep(definition, now));
  ContactBits after;
  for (std::size_t i = 0; i < swept.members.size(); ++i) after.set_word(i, swept.members[i]);
  if (overrides == nullptr) return after;
  overrides->added.for_each([&](ContactOrdinal contact, const ListEntry&) { after.set(contact, true); });
  overrides->removed.for_each([&](ContactOrdinal contact, const ListEntry&) { after.set(contact, false); });
  return after;
}

// Those who name the key, directly or through others, nearest first.
std::vector<std::string> all_users(const Catalog& catalog, const std::string& key) {
  std::vector<std::string> found{key};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (std::string& user : users_of_segment(catalog, found[i])) if (std::ranges::find(found, user) == found.end()) found.push_back(std::move(user));
  }
  found.erase(found.begin());
  return found;
}

struct Moved {
  std::uint64_t entered = 0;
  std::uint64_t left = 0;
};
Moved moved(const ContactBits& before, const ContactBits& after, std::uint32_t ordinals) {
  Moved moved;
  for (std::size_t i = 0; i * 64 < ordinals; ++i) {
    moved.entered += static_cast<std::uint64_t>(std::popcount(after.word(i) & ~before.word(i)));
    moved.left += static_cast<std::uint64_t>(std::popcount(before.word(i) & ~after.word(i)));
  }
  return moved;
}

// What the edit does to the segments that use the edited one. Those that are invalid keep their members, whatever it says.
Result<Json> affected_json(Workspace& workspace, const std::string& key, const Definition& definition, const std::vector<SegmentParameter>& parameters, Timestamp now) {
  const Base& base = workspace.base();
  Catalog changed = base.catalog;
  changed.segments[key].text = definition.text;
  changed.segments[key].parameters = parameters;
  Json affected = Json::array();
  for (const std::string& user : all_users(base.catalog, key)) {
    const auto number = workspace.engine().live().find(user);
    const auto after_rule = compile_saved(user, base.schema, changed);
    if (!number || !after_rule) continue;
    WM_TRY(const ContactBits before, members_now(workspace, *number, now));
    // The overrides of the user itself are in its compiled rule.
    WM_TRY(const ContactBits after, members_after(workspace, *after_rule, nullptr, now));
    const Moved turns = moved(before, after, base.ordinals());
    affected.push(Json::object().set("key", user).set("before", before.count()).set("after", after.count()).set("enter", turns.entered).set("leave", turns.left));
  }
  return affected;
}

Json sorted_json(std::vector<std::string> ids) {
  std::ranges::sort(ids);
  Json list = Json::array();
  for (std::string& id : ids) list.push(std::move(id));
  return list;
}

}  // namespace

Result<Json> impact_json(Workspace& workspace, const std::string& key, const std::string& source, std::vector<SegmentParameter> parameters) {
  WM_CHECK_OK(run_time(workspace));
  const Timestamp now = as_of(workspace);
  WM_CHECK_OK(workspace.engine().check({.accepted_at = now, .body = PutSegment{.key = key, .text = source, .parameters = parameters}}));
  WM_TRY(const Definition definition, workspace.compile(source, parameters));
  const Base& base = workspace.base();
  const auto saved = base.catalog.segments.find(key);
  WM_TRY(const ContactBits after, members_after(workspace, definition, saved == base.catalog.segments.end() ? nullptr : &saved->second.overrides, now));
  ContactBits before;
  if (const auto number = workspace.engine().live().find(key)) {
    WM_TRY(before, members_now(workspace, *number, now));
  }
  std::vector<std::string> enter;
  std::vector<std::string> leave;
  for (std::uint32_t i = 0; i < base.ordinals(); ++i) {
    if (after.has({i}) != before.has({i})) (after.has({i}) ? enter : leave).emplace_back(base.contact_id({i}));
  }
  WM_TRY(Json affected, affected_json(workspace, key, definition, parameters, now));
  return Json::object().set("key", key).set("definition", definition.text).set("as_of", to_string(now)).set("before", before.count()).set("after", after.count())
      .set("enter", sorted_json(std::move(enter))).set("leave", sorted_json(std::move(leave))).set("used_by", sorted_json(users_of_segment(base.catalog, key))).set("affects", std::move(affected));
}

Result<std::uint64_t> freeze(Workspace& workspace, const std::string& key, const std::string& list, const std::string& by) {
  WM_CHECK_OK(run_time(workspace));
  WM_TRY(const SegmentNumber segment, find_live(workspace, key));
  if (const auto invalid_since = workspace.engine().live().segments()[segment.value].invalid_since) {
    return fail(ErrorCode::invalid, fmt::format("segment '{}' is invalid: its members are those of {}", key, to_string(*invalid_since)), "mend its definition first");
  }
  const Timestamp now = as_of(workspace);
  WM_TRY(const ContactBits frozen, members_now(workspace, segment, now));
  const std::vector<std::string> ids = ids_of(workspace.base(), frozen);
  if (workspace.base().catalog.lists.contains(list)) return fail(ErrorCode::conflict, fmt::format("list '{}' is there already", list), "freeze into a list of another name");
  WM_CHECK_OK(workspace.submit(PutList{.key = list}));
  const std::string note = fmt::format("members of segment '{}' at {}", key, to_string(now));
  for (std::size_t first = 0; first < ids.size(); first += kIdsOfACommand) {
    const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = ids.begin() + static_cast<std::ptrdiff_t>(std::min(first + kIdsOfACommand, ids.size()));
    WM_CHECK_OK(workspace.submit(AddToList{.key = list, .contact_ids = {begin, end}, .by = by, .note = note}));
  }
  return ids.size();
}

}  // namespace wanamaker
