#include "api/live.h"

#include "api/overrides.h"
#include "api/queries.h"
#include "api/segments.h"
#include "delivery/change_json.h"
#include "evaluate/edges.h"
#include "evaluate/validity.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>
#include <span>
#include <tuple>
#include <unordered_map>

namespace wanamaker {

Result<SegmentNumber> find_live(Workspace& workspace, const std::string& key) {
  if (const auto segment = workspace.engine().live().find(key)) return *segment;
  WM_CHECK_OK(segment_expression(workspace, key));
  return fail(ErrorCode::not_found, fmt::format("'{}' is a list, not a segment", key), fmt::format("wanamaker list show {}", key));
}

Timestamp as_of(Workspace& workspace) {
  const Timestamp settled_at = workspace.engine().live().settled_at();
  return workspace.engine().is_time_due(workspace.now()) ? settled_at : std::max(settled_at, workspace.now());
}

std::vector<std::string> ids_of(const Base& base, const ContactBits& members) {
  std::vector<std::string> ids;
  members.for_each([&](ContactOrdinal contact) {
    if (const std::string_view id = base.contact_id(contact); !id.empty()) ids.emplace_back(id);  // an erased contact has none
  });
  std::ranges::sort(ids);
  return ids;
}

namespace {

constexpr std::uint64_t kChangesMax = 10'000;

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

Result<std::string> why_invalid_now(Workspace& workspace, const std::string& key) {
  WM_CHECK_OK(run_time(workspace));
  const Live& live = workspace.engine().live();
  const auto number = live.find(key);
  return number ? live.why_invalid(*number) : std::string();
}

Result<std::optional<KeptMembers>> kept_members(Workspace& workspace, const std::string& key) {
  WM_CHECK_OK(run_time(workspace));
  const Live& live = workspace.engine().live();
  const auto number = live.find(key);
  if (!number || live.graph().rule(*number) != nullptr || !live.segments()[number->value].invalid_since) return std::nullopt;
  const LiveSegment& segment = live.segments()[number->value];
  return KeptMembers{.ids = ids_of(workspace.base(), segment.members), .since = *segment.invalid_since, .why = live.why_invalid(*number)};
}

namespace {

// When a segment's oldest definition that is known was saved; nothing where there is no such segment now.
std::optional<Timestamp> saved_first_at(const Catalog& catalog, const std::string& key) {
  const auto segment = catalog.segments.find(key);
  if (segment == catalog.segments.end()) return std::nullopt;
  return segment->second.earlier.empty() ? segment->second.saved_at : segment->second.earlier.front().saved_at;
}

}  // namespace

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
  if (const auto made = saved_first_at(workspace.base().catalog, key)) first = std::min(first.value_or(*made), *made);
  if (first && *first > at && live.feed().first() == 1) return fail(ErrorCode::invalid, fmt::format("nothing was known of segment '{}' at {}", key, to_string(at)), fmt::format("nothing is known of it before {}", to_string(*first)));
  ContactBits members;
  for (const SegmentNumber number : numbers) live.segments()[number.value].members.for_each([&](ContactOrdinal contact) { members.set(contact, true); });
  for (const Transition& change : std::views::reverse(later)) members.set(change.contact, change.turn == Turn::left);
  return ids_of(workspace.base(), members);
}

namespace {

struct Due {
  Timestamp at;
  std::string id;
  Turn turn;
};

bool comes_before(const Due& one, const DueCursor& cursor) { return std::tie(one.at, one.id) <= std::tie(cursor.at, cursor.contact); }

// An instant at which time alone may turn what a rule says of a contact.
struct PossibleTurn {
  Timestamp at;
  ContactOrdinal contact;
  bool operator==(const PossibleTurn&) const = default;
};

// Of these contacts after now and up to an instant, in order of time. Errors: invalid, where they cannot be foreseen.
Result<std::vector<PossibleTurn>> possible_turns(const TypedExpression& rule, std::span<const ContactOrdinal> contacts, const Environment& now, Timestamp until) {
  std::vector<PossibleTurn> found;
  std::vector<Timestamp> edges;
  AccountMemo shared;
  for (const ContactOrdinal contact : contacts) {
    if (now.is_stopped()) break;
    edges.clear();
    bool complete = true;
    append_edges(rule, Subject::of(contact), now, {.from = now.t, .until = until}, edges, complete, &shared);
    if (!complete) return fail(ErrorCode::invalid, "the segment follows the passing of time in a way that cannot be foreseen");
    for (const Timestamp edge : edges) if (edge > now.t && edge <= until) found.push_back({edge, contact});
  }
  std::ranges::sort(found, {}, [](const PossibleTurn& turn) { return std::tie(turn.at, turn.contact.value); });
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

// Turns by time alone. Key idea: instant by instant, so that what the contacts of one account have in common is found once for each.
Result<std::vector<Due>> turns_until(const TypedExpression& rule, std::span<const ContactOrdinal> contacts, const Environment& now, Timestamp until) {
  WM_TRY(const std::vector<PossibleTurn> possible, possible_turns(rule, contacts, now, until));
  Probe probe(now, nullptr);
  std::unordered_map<std::uint32_t, bool> holds;
  for (const PossibleTurn& turn : possible) if (!now.is_stopped() && !holds.contains(turn.contact.value)) holds.emplace(turn.contact.value, probe.decide(rule, Subject::of(turn.contact)));
  std::vector<Due> found;
  for (const PossibleTurn& turn : possible) {
    if (now.is_stopped()) break;
    if (turn.at != probe.environment().t) probe.move_to(turn.at);
    bool& held = holds.at(turn.contact.value);
    if (probe.decide(rule, Subject::of(turn.contact)) == held) continue;
    held = !held;
    found.push_back({turn.at, std::string(now.base.contact_id(turn.contact)), held ? Turn::entered : Turn::left});
  }
  return found;
}

}  // namespace

Result<DueCursor> parse_due_cursor(const std::string& text) {
  const std::size_t blank = text.find(' ');
  const auto at = parse_timestamp(text.substr(0, blank));
  if (blank != std::string::npos && at) return DueCursor{.at = *at, .contact = text.substr(blank + 1)};
  return fail(ErrorCode::usage, fmt::format("--after '{}': expected an instant, a blank and a contact", text), "it is what the page before gave as `next`");
}

Result<Json> due_json(Workspace& workspace, const std::string& key, const DueQuery& query) {
  if (query.limit < 1 || query.limit > kChangesMax) return fail(ErrorCode::invalid, fmt::format("a page has 1 to {} changes, not {}", kChangesMax, query.limit));
  WM_CHECK_OK(run_time(workspace));
  WM_TRY(const SegmentNumber segment, find_live(workspace, key));
  WM_TRY(const Graph::Rule* rule, valid_rule(workspace, segment, key));
  if (rule->definition.ranks()) return fail(ErrorCode::invalid, fmt::format("segment '{}' ranks: who is in depends on everybody, not on time alone", key));
  const Base& base = workspace.base();
  const Timestamp now = as_of(workspace);
  std::vector<ContactOrdinal> promised = workspace.engine().promised(segment, query.until);
  std::erase_if(promised, [&](ContactOrdinal contact) { return !base.is_contact(contact); });
  WM_TRY(std::vector<Due> found, turns_until(rule->definition.root, promised, workspace.environment(now), query.until));
  WM_CHECK_OK(workspace.check_wanted(rule->definition));
  const std::size_t total = found.size();
  if (query.after) std::erase_if(found, [&](const Due& due) { return comes_before(due, *query.after); });
  const std::size_t shown = std::min<std::size_t>(found.size(), query.limit);
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(shown), {}, [](const Due& due) { return std::tie(due.at, due.id); });
  Json changes = Json::array();
  for (std::size_t i = 0; i < shown; ++i) changes.push(Json::object().set("at", to_string(found[i].at)).set("contact", found[i].id).set("turn", name_of(found[i].turn)));
  const Json next = shown == found.size() ? Json() : Json(fmt::format("{} {}", to_string(found[shown - 1].at), found[shown - 1].id));
  return Json::object().set("key", key).set("from", to_string(now)).set("until", to_string(query.until)).set("total", std::uint64_t{total}).set("changes", std::move(changes)).set("next", next);
}

namespace {

// The entry into each segment that the contact is in. Cost: the feed is read from its end, no further than the oldest of these entries.
std::map<SegmentNumber, Transition> last_entries(const Live& live, ContactOrdinal contact) {
  std::map<SegmentNumber, Transition> entries;
  const auto wanted = static_cast<std::size_t>(std::ranges::count_if(live.segments(), [&](const LiveSegment& segment) { return segment.members.has(contact); }));
  if (wanted == 0) return entries;
  live.feed().read_back([&](const Transition& change) {
    const bool counts = change.contact == contact && change.turn == Turn::entered && live.segments()[change.segment.value].members.has(contact);
    if (counts) entries.emplace(change.segment, change);  // the latest one stands already
    return entries.size() < wanted;
  });
  return entries;
}

}  // namespace

Result<Json> contact_segments_json(Workspace& workspace, const std::string& id) {
  WM_CHECK_OK(run_time(workspace));
  const Base& base = workspace.base();
  const auto contact = base.find_contact(id);
  if (!contact) return fail(ErrorCode::not_found, fmt::format("there is no contact '{}'", id), "ids are compared byte for byte");
  const Live& live = workspace.engine().live();
  const std::map<SegmentNumber, Transition> entries = last_entries(live, *contact);
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
      const auto until = next_change(rule->definition.root, *contact, workspace.environment(as_of(workspace)));
      WM_CHECK_OK(workspace.check_wanted(rule->definition));
      entry.set("until", until ? Json(to_string(*until)) : Json("never"));
    }
    segments.push(std::move(entry));
  }
  Json lists = Json::array();
  for (const auto& [key, list] : base.catalog.lists) {
    const ListEntry* entry = list.entries.find(*contact);
    if (entry == nullptr) continue;
    const bool is_snapshot = list.snapshot.has_value();  // which has one author for all
    lists.push(Json::object().set("key", key).set("kind", is_snapshot ? "snapshot" : "list").set("since", to_string(entry->added_at))
                   .set("by", is_snapshot ? list.snapshot->by : entry->by).set("note", is_snapshot ? list.snapshot->note : entry->note));
  }
  return Json::object().set("contact", base.contact_id(*contact)).set("as_of", to_string(as_of(workspace))).set("segments", std::move(segments)).set("lists", std::move(lists))
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

Result<Json> live_segment_json(Workspace& workspace, const std::string& key) {
  WM_CHECK_OK(run_time(workspace));
  WM_TRY(const SegmentNumber number, find_live(workspace, key));
  const Live& live = workspace.engine().live();
  const LiveSegment& segment = live.segments()[number.value];
  const Graph::Rule* rule = live.graph().rule(number);
  const Timestamp at = rule != nullptr && rule->definition.ranks() ? live.ranked_at() : segment.invalid_since.value_or(as_of(workspace));
  Json facts = Json::object().set("members", segment.members.count()).set("version", std::uint64_t{segment.version}).set("as_of", to_string(at)).set("valid", rule != nullptr);
  if (rule == nullptr) facts.set("why_invalid", live.why_invalid(number));
  return facts;
}

}  // namespace wanamaker
