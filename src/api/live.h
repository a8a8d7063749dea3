#pragma once
// Live segments as people and programs ask about them: the feed of changes, who enters and leaves by time alone, since when, how large on
// which day, and what an edit would change. Every function first lets time run up to the workspace's now, so that answers are of now.

#include "api/workspace.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// Lets time run: what it alone changes up to now enters the feed. Costs nothing where nothing is due. A disk that takes no
// more writes is no error: answers are then of the settled instant.
Result<void> run_time(Workspace& workspace);

// Errors: not_found, also where the key is that of a list.
Result<SegmentNumber> find_live(Workspace& workspace, const std::string& key);
// The instant that answers are of: now, if nothing is due since the settled instant; that one where the clock stepped back or the
// disk takes no more writes.
Timestamp as_of(Workspace& workspace);
// Sorted by bytes; erased contacts have none.
std::vector<std::string> ids_of(const Base& base, const ContactBits& members);

struct ChangesQuery {
  std::uint64_t after = 0;            // cursor: the number of the last change that was read; 0: from the oldest
  std::uint64_t limit = 1'000;        // at most 10,000
  std::optional<std::string> segment = {};
};
// {changes: [...], next, oldest, last, as_of}; `next` is the cursor to go on with. The contact of an erased person is null.
// Errors: not_found (a segment; a cursor before the oldest that is kept or after the last, which the message names), invalid (a limit).
Result<Json> changes_json(Workspace& workspace, const ChangesQuery& query);

// The last good members of a segment whose definition is invalid. Nothing where it is valid, or no dynamic segment.
struct KeptMembers {
  std::vector<std::string> ids;
  Timestamp since;       // the instant that they are of
  std::string why;
};
Result<std::optional<KeptMembers>> kept_members(Workspace& workspace, const std::string& key);

// Empty where the definition is valid, or the key is no dynamic segment's.
Result<std::string> why_invalid_now(Workspace& workspace, const std::string& key);

// Members as they were known at an instant: the feed folded up to then. Errors: not_found; invalid where the feed does not reach back.
Result<std::vector<std::string>> members_known_at(Workspace& workspace, const std::string& key, Timestamp at);

// Who enters and leaves by time alone after now and up to an instant, in order: {key, from, until, total, changes: [{at, contact, turn}], next}.
// `next` is the cursor to go on with, null on the last page.
// Errors: not_found, invalid (a segment that ranks or is invalid, a limit).
struct DueCursor {
  Timestamp at;
  std::string contact;
};
// `INSTANT CONTACT`. Errors: usage.
Result<DueCursor> parse_due_cursor(const std::string& text);
struct DueQuery {
  Timestamp until;
  std::uint64_t limit = 1'000;               // at most 10,000
  std::optional<DueCursor> after = {};
};
Result<Json> due_json(Workspace& workspace, const std::string& key, const DueQuery& query);

// All memberships of a contact: {contact, as_of, segments: [{key, since, cause, until}], lists: [{key, kind, since, by, note}], by_hand: [...]};
// `lists` are static ones and snapshots, `by_hand` is as api/overrides.h says.
// Errors: not_found.
Result<Json> contact_segments_json(Workspace& workspace, const std::string& id);

// Members, entries and exits a calendar day of the workspace's zone: {key, days: [{day, entered, left, size}]}. Errors: not_found.
Result<Json> history_json(Workspace& workspace, const std::string& key);

// What saving the definition would change now: {key, before, after, enter: [...], leave: [...], used_by, affects}. Nothing is saved.
// `affects`: what it does to each segment that uses this one, directly or through others: [{key, before, after, enter, leave}], in numbers.
// Errors: those of saving it.
Result<Json> impact_json(Workspace& workspace, const std::string& key, const std::string& source, std::vector<SegmentParameter> parameters);

// Makes a static list of those who are members now. How many. Errors: not_found, conflict (the list is there already).
Result<std::uint64_t> freeze(Workspace& workspace, const std::string& key, const std::string& list, const std::string& by);

// What is known of a segment beside its definition: {members, version, as_of, valid, ...}. Errors: not_found.
Result<Json> live_segment_json(Workspace& workspace, const std::string& key);

// The same answers for people.
std::string changes_text(const Json& changes);
std::string due_text(const Json& due);
std::string contact_segments_text(const Json& segments);
std::string history_text(const Json& history);
std::string impact_text(const Json& impact);

}  // namespace wanamaker
