#include "api/overrides.h"

#include "api/live.h"
#include "api/segments.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

constexpr std::size_t kEntriesShown = 20;

Json& set_entry(Json& json, const ListEntry& entry) {
  return json.set("at", to_string(entry.added_at)).set("by", entry.by).set("note", entry.note);
}

Json entries_json(const Base& base, const ListMembers& members) {
  Json entries = Json::array();
  members.for_each([&](ContactOrdinal contact, const ListEntry& entry) {
    Json json = Json::object().set("contact", base.contact_id(contact));
    entries.push(std::move(set_entry(json, entry)));
  });
  return entries;
}

}  // namespace

Result<Json> override_membership(Workspace& workspace, OverrideMembership command) {
  const std::string key = command.key;
  if (workspace.base().catalog.lists.contains(key)) return fail(ErrorCode::not_found, fmt::format("'{}' is a list, not a segment", key), fmt::format("wanamaker list add {}", key));
  WM_CHECK_OK(workspace.submit(std::move(command)));
  WM_TRY(const Json facts, live_segment_json(workspace, key));
  const Overrides& overrides = workspace.base().catalog.segments.at(key).overrides;
  return Json::object().set("segment", key).set("members", *facts.find("members")).set("added", std::uint64_t{overrides.added.size()}).set("removed", std::uint64_t{overrides.removed.size()});
}

Json overrides_json(Workspace& workspace, const std::string& key) {
  const Base& base = workspace.base();
  const Overrides& overrides = base.catalog.segments.at(key).overrides;
  return Json::object().set("added", entries_json(base, overrides.added)).set("removed", entries_json(base, overrides.removed));
}

Json overrides_of_contact_json(Workspace& workspace, ContactOrdinal contact) {
  Json all = Json::array();
  for (const auto& [key, segment] : workspace.base().catalog.segments) {
    const ListEntry* added = segment.overrides.added.find(contact);
    const ListEntry* removed = segment.overrides.removed.find(contact);
    if (added == nullptr && removed == nullptr) continue;
    Json json = Json::object().set("segment", key).set("what", added != nullptr ? "added" : "removed");
    all.push(std::move(set_entry(json, added != nullptr ? *added : *removed)));
  }
  return all;
}

std::string override_text(const Json& answer) {
  return fmt::format("segment '{}': {} contacts, {} added and {} removed by hand\n", *answer.find("segment")->as_string(), answer.find("members")->dump(), answer.find("added")->dump(), answer.find("removed")->dump());
}

std::string overrides_text(const Json& overrides) {
  std::string text;
  for (const auto& [what, entries] : *overrides.as_object()) {
    const auto& list = *entries.as_array();
    for (std::size_t i = 0; i < list.size() && i < kEntriesShown; ++i) {
      text += fmt::format("  {} by hand: {}  {}  {}  {}\n", what, *list[i].find("contact")->as_string(), *list[i].find("at")->as_string(), *list[i].find("by")->as_string(), *list[i].find("note")->as_string());
    }
    if (list.size() > kEntriesShown) text += fmt::format("  … and {} more {} by hand; --json has all\n", list.size() - kEntriesShown, what);
  }
  return text;
}

std::string overrides_of_contact_text(const Json& overrides) {
  std::string text;
  for (const Json& entry : *overrides.as_array()) {
    const std::string& what = *entry.find("what")->as_string();
    text += fmt::format("  {} by hand {} {}  {}  {}  {}\n", what, what == "added" ? "to" : "from", *entry.find("segment")->as_string(), *entry.find("at")->as_string(), *entry.find("by")->as_string(), *entry.find("note")->as_string());
  }
  return text;
}

}  // namespace wanamaker
