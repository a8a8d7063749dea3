#include "api/live.h"

#include "api/overrides.h"
#include "api/queries.h"
#include "api/segments.h"
#include "engine/apply/apply.h"
#include "evaluate/edges.h"
#include "evaluate/validity.h"
#include "language/formatter.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>

namespace wanamaker {
namespace {

constexpr std::uint64_t kChangesMax = 10'000;
constexpr std::size_t kIdsOfACommand = 10'000;

Result<SegmentNumber> find_live(Workspace& workspace, const std::string& key) {
  if (const auto segment = workspace.engine().live().find(key)) return *segment;
  WM_CHECK_OK(segment_expression(workspace, key));
  return fail(ErrorCode::not_found, fmt::format("'{}' is a list, not a segment", key), fmt::format("wanamaker list show {}", key));
}

// The instant that answers are of: now, if nothing is due since the settled instant; that one where the clock stepped back or the
// disk takes no more writes.
Timestamp as_of(Workspace& workspace) {
  const Timestamp settled_at = workspace.engine().live().settled_at();
  return workspace.engine().is_time_due(workspace.now()) ? settled_at : std::max(settled_at, workspace.now());
}

// An erased contact has no id any more.
Json id_or_null(const Base& base, ContactOrdinal contact) {
  const std::string_view id = base.contact_id(contact);
  return id.empty() ? Json() : Json(id);
}

Json change_json(const Transition& change, const Live& live, const Base& base) {
  return Json::object().set("number", change.number).set("segment", live.segments()[change.segment.value].key).set("version", std::uint64_t{change.version})
      .set("contact", id_or_null(base, change.contact)).set("turn", name_of(change.turn)).set("cause", name_of(change.cause))
      .set("effective_at", to_string(change.effective_at)).set("recorded_at", to_string(change.recorded_at));
}

std::vector<std::string> ids_of(const Base& base, const ContactBits& members) {
  std::vector<std::string> ids;
  members.for_each([&](ContactOrdinal contact) {
    if (const std::string_view id = base.contact_id(contact); !id.empty()) ids.emplace_back(id);  // an erased contact has none
  });
  std::ranges::sort(ids);
  return ids;
}

// Also of a segment that was deleted: its changes are still there.
Result<std::vector<SegmentNumber>> find_ever(Workspace& workspace, const std::string& key) {
  std::vector<SegmentNumber> all = workspace.engine().live().find_all(key);
  if (all.empty()) {
    WM_CHECK_OK(find_live(workspace, key));
  }
  return all;
}

Result<const Graph::Rule*> valid_rule(Workspace& workspace, SegmentNumber segment, const std::string& key) {
  const Live& live = workspace.engine().live();
  if (const Graph::Rule* rule = live.graph().rule(segment)) return rule;
  return fail(ErrorCode::invalid, fmt::format("segment '{}' is invalid: {}", key, live.why_invalid(segment)), "its members are those of its last good instant");
}

}  // namespace

Result<void> run_time(Workspace& workspace) {
  if (!workspace.engine().is_time_due(workspace.now())) return {};
  const auto advanced = workspace.submit(AdvanceTime{});
  // Reading goes on where writing does not: as of the settled instant.
  if (!advanced && advanced.error().code != ErrorCode::failure) return fail(advanced.error());
  return {};
}

Result<Json> changes_json(Workspace& workspace, const ChangesQuery& query) {
  if (query.limit < 1 || query.limit > kChangesMax) return fail(ErrorCode::invalid, fmt::format("a page has 1 to {} changes, not {}", kChangesMax, query.limit));
  WM_CHECK_OK(run_time(workspace));
  const Live& live = workspace.engine().live();
  std::vector<SegmentNumber> only;
  if (query.segment) {
    WM_TRY(only, find_ever(workspace, *query.segment));
  }
  const Feed& feed = live.feed();
  if (query.after != 0 && query.after < feed.first() - 1) {
    return fail(ErrorCode::not_found, fmt::format("changes up to {} are no longer kept", feed.first() - 1), fmt::format("the oldest one is {}: take a snapshot of the members and go on from there", feed.first()));
  }
  if (query.after > feed.last()) {
    return fail(ErrorCode::not_found, fmt::format("there is no change {}: the last one is {}", query.after, feed.last()), "if the store was restored from a backup, take a snapshot of the members and go on from there");
  }
  Json changes = Json::array();
  std::uint64_t count = 0;
  std::uint64_t next = query.after;
  feed.read(query.after, [&](const Transition& change) {
    if (!query.segment || std::ranges::find(only, change.segment) != only.end()) {
      if (count == query.limit) return false;
      changes.push(change_json(change, live, workspace.base()));
      ++count;
    }
    next = change.number;
    return true;
  });
  return Json::object().set("changes", std::move(changes)).set("next", next).set("oldest", feed.first()).set("last", feed.last()).set("as_of", to_string(as_of(workspace)));
}

// From the members of now backwards, so that it is right where the oldest changes are no longer kept.
Result<std::vector<std::string>> members_known_at(Workspace& workspace, const std::string& key, Timestamp at) {
  WM_CHECK_OK(run_time(workspace));
  WM_TRY(const std::vector<SegmentNumber> numbers, find_ever(workspace, key));
  if (at > as_of(workspace)) return fail(ErrorCode::invalid, fmt::format("{} is later than now: what will be known then cannot be told", to_string(at)), "leave out --known-at, or use --at");
  const Live& live = workspace.engine().live();
  std::vector<Transition> later;
  bool reaches_back = live.feed().first() == 1;
  std::optional<Timestamp> first;
  live.feed().read(0, [&](const Transition& change) {
    reaches_back = reaches_back || change.recorded_at <= at;
    if (std::ranges::find(numbers, change.segment) == numbers.end()) return true;
    if (!first) first = change.recorded_at;
    if (change.recorded_at > at) later.push_back(change);
    return true;
  });
  if (!reaches_back) return fail(ErrorCode::invalid, fmt::format("changes up to {} are no longer kept, so that what was known then cannot be told", live.feed().first() - 1));
  if (first && *first > at && live.feed().first() == 1) return fail(ErrorCode::invalid, fmt::format("nothing was known of segment '{}' at {}", key, to_string(at)), fmt::format("its first change is of {}", to_string(*first)));
  ContactBits members;
  for (const SegmentNumber number : numbers) live.segments()[number.value].members.for_each([&](ContactOrdinal contact) { members.set(contact, true); });
  for (const Transition& change : std::views::reverse(later)) members.set(change.contact, change.turn == Turn::left);
  return ids_of(workspace.base(), members);
}

Result<Json> due_json(Workspace& workspace, const std::string& key, Timestamp until) {
  WM_CHECK_OK(run_time(workspace));
  WM_TRY(const SegmentNumber segment, find_live(workspace, key));
  WM_TRY(const Graph::Rule* rule, valid_rule(workspace, segment, key));
  if (rule->definition.ranks()) return fail(ErrorCode::invalid, fmt::format("segment '{}' ranks: who is in depends on everybody, not on time alone", key));
  const Base& base = workspace.base();
  const Timestamp now = as_of(workspace);
  struct Due {
    Timestamp at;
    std::string id;
    Turn turn;
  };
  std::vector<Due> found;
  for (const ContactOrdinal contact : workspace.engine().promised(segment, until)) {
    if (!base.is_contact(contact)) continue;
    const Subject subject = Subject::of(contact);
    std::vector<Timestamp> edges;
    bool complete = true;
    append_edges(rule->definition.root, subject, {base, workspace.zone(), now}, {.from = now, .until = until}, edges, complete);
    if (!complete) return fail(ErrorCode::invalid, fmt::format("segment '{}' follows the passing of time in a way that cannot be foreseen", key));
    std::erase_if(edges, [&](Timestamp edge) { return edge <= now || edge > until; });
    std::ranges::sort(edges);
    edges.erase(std::ranges::unique(edges).begin(), edges.end());
    bool holds = Probe({base, workspace.zone(), now}, nullptr).decide(rule->definition.root, subject);
    for (const Timestamp edge : edges) {
      if (Probe({base, workspace.zone(), edge}, nullptr).decide(rule->definition.root, subject) == holds) continue;
      holds = !holds;
      found.push_back({edge, std::string(base.contact_id(contact)), holds ? Turn::entered : Turn::left});
    }
  }
  std::ranges::sort(found, {}, [](const Due& due) { return std::tie(due.at, due.id); });
  Json changes = Json::array();
  for (const Due& due : found) changes.push(Json::object().set("at", to_string(due.at)).set("contact", due.id).set("turn", name_of(due.turn)));
  return Json::object().set("key", key).set("from", to_string(now)).set("until", to_string(until)).set("changes", std::move(changes));
}

Result<Json> contact_segments_json(Workspace& workspace, const std::string& id) {
  WM_CHECK_OK(run_time(workspace));
  const Base& base = workspace.base();
  const auto contact = base.find_contact(id);
  if (!contact) return fail(ErrorCode::not_found, fmt::format("there is no contact '{}'", id), "ids are compared byte for byte");
  const Live& live = workspace.engine().live();
  std::map<SegmentNumber, Transition> entries;
  live.feed().read(0, [&](const Transition& change) {
    if (change.contact == *contact && change.turn == Turn::entered) entries[change.segment] = change;
    return true;
  });
  Json segments = Json::array();
  for (std::uint32_t i = 0; i < live.segments().size(); ++i) {
    const LiveSegment& segment = live.segments()[i];
    if (!segment.members.has(*contact)) continue;
    Json entry = Json::object().set("key", segment.key);
    const auto entered = entries.find({i});
    entry.set("since", entered == entries.end() ? Json() : Json(to_string(entered->second.effective_at)));
    entry.set("cause", entered == entries.end() ? Json() : Json(name_of(entered->second.cause)));
    const Graph::Rule* rule = live.graph().rule({i});
    if (rule == nullptr) entry.set("invalid_since", to_string(*segment.invalid_since));
    if (rule != nullptr && rule->definition.ranks()) entry.set("ranked_at", to_string(live.ranked_at()));
    if (rule != nullptr && !rule->definition.ranks()) {
      const Validity valid = validity(rule->definition.root, false, *contact, {base, workspace.zone(), as_of(workspace)});
      entry.set("until", valid.until ? Json(to_string(*valid.until)) : Json("never"));
    }
    segments.push(std::move(entry));
  }
  return Json::object().set("contact", base.contact_id(*contact)).set("as_of", to_string(as_of(workspace))).set("segments", std::move(segments))
      .set("by_hand", overrides_of_contact_json(workspace, *contact));
}

Result<Json> history_json(Workspace& workspace, const std::string& key) {
  WM_CHECK_OK(run_time(workspace));
  WM_TRY(const std::vector<SegmentNumber> numbers, find_ever(workspace, key));
  struct Day {
    std::uint64_t entered = 0;
    std::uint64_t left = 0;
  };
  std::map<Date, Day> days;
  const Live& live = workspace.engine().live();
  live.feed().read(0, [&](const Transition& change) {
    if (std::ranges::find(numbers, change.segment) == numbers.end()) return true;
    Day& day = days[workspace.zone().day_of(change.recorded_at)];
    ++(change.turn == Turn::entered ? day.entered : day.left);
    return true;
  });
  // From the end backwards, so that it is right where the oldest changes are no longer kept.
  std::uint64_t size = live.segments()[numbers.back().value].members.count();
  std::vector<Json> lines;
  for (auto day = days.rbegin(); day != days.rend(); ++day) {
    lines.push_back(Json::object().set("day", to_string(day->first)).set("entered", day->second.entered).set("left", day->second.left).set("size", size));
    size = size + day->second.left - day->second.entered;
  }
  Json list = Json::array();
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) list.push(std::move(*line));
  return Json::object().set("key", key).set("as_of", to_string(as_of(workspace))).set("days", std::move(list));
}

namespace {

// A segment that ranks is asked anew: its kept members are those of the last refresh.
Result<ContactBits> members_now(Workspace& workspace, SegmentNumber number, Timestamp now) {
  const Live& live = workspace.engine().live();
  const LiveSegment& segment = live.segments()[number.value];
  const Graph::Rule* rule = live.graph().rule(number);
  if (rule == nullptr || !rule->definition.ranks()) return segment.members;
  const SweepResult swept = workspace.sweeper().sweep(rule->definition, workspace.base(), workspace.zone(), now);
  ContactBits members;
  for (std::size_t i = 0; i < swept.members.size(); ++i) members.set_word(i, swept.members[i]);
  return members;
}

}  // namespace

Result<Json> impact_json(Workspace& workspace, const std::string& key, const std::string& source, std::vector<SegmentParameter> parameters) {
  WM_CHECK_OK(run_time(workspace));
  const Timestamp now = as_of(workspace);
  Command command{.accepted_at = now, .body = PutSegment{.key = key, .text = source, .parameters = parameters}};
  WM_CHECK_OK(workspace.engine().check(command));
  WM_TRY(const Definition definition, workspace.compile(source, std::move(parameters)));
  const Base& base = workspace.base();
  const SweepResult swept = workspace.sweeper().sweep(definition, base, workspace.zone(), now);
  ContactBits after;
  for (std::size_t i = 0; i < swept.members.size(); ++i) after.set_word(i, swept.members[i]);
  if (const auto saved = base.catalog.segments.find(key); saved != base.catalog.segments.end()) {  // what was done by hand survives the edit
    saved->second.overrides.added.for_each([&](ContactOrdinal contact, const ListEntry&) { after.set(contact, true); });
    saved->second.overrides.removed.for_each([&](ContactOrdinal contact, const ListEntry&) { after.set(contact, false); });
  }
  ContactBits before;
  if (const auto saved = workspace.engine().live().find(key)) {
    WM_TRY(before, members_now(workspace, *saved, now));
  }
  std::vector<std::string> enter;
  std::vector<std::string> leave;
  for (std::uint32_t i = 0; i < base.ordinals(); ++i) {
    if (after.has({i}) != before.has({i})) (after.has({i}) ? enter : leave).emplace_back(base.contact_id({i}));
  }
  const auto sorted = [](std::vector<std::string>& ids) {
    std::ranges::sort(ids);
    Json list = Json::array();
    for (std::string& id : ids) list.push(std::move(id));
    return list;
  };
  Json users = Json::array();
  for (const std::string& user : users_of_segment(base.catalog, key)) users.push(user);
  return Json::object().set("key", key).set("definition", definition.text).set("as_of", to_string(now)).set("before", before.count()).set("after", after.count())
      .set("enter", sorted(enter)).set("leave", sorted(leave)).set("used_by", std::move(users));
}

Result<std::uint64_t> freeze(Workspace& workspace, const std::string& key, const std::string& list, const std::string& by) {
  WM_CHECK_OK(run_time(workspace));
  WM_TRY(const SegmentNumber segment, find_live(workspace, key));
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

Result<Json> live_segment_json(Workspace& workspace, const std::string& key) {
  WM_CHECK_OK(run_time(workspace));
  WM_TRY(const SegmentNumber number, find_live(workspace, key));
  const Live& live = workspace.engine().live();
  const LiveSegment& segment = live.segments()[number.value];
  Json facts = Json::object().set("members", segment.members.count()).set("version", std::uint64_t{segment.version}).set("as_of", to_string(segment.invalid_since.value_or(as_of(workspace))));
  const Graph::Rule* rule = live.graph().rule(number);
  facts.set("valid", rule != nullptr);
  if (rule == nullptr) facts.set("why_invalid", live.why_invalid(number));
  if (rule != nullptr && rule->definition.ranks()) facts.set("as_of", to_string(live.ranked_at()));
  return facts;
}

}  // namespace wanamaker
