#include "base/check.h"
#include "base/text/fold.h"
#include "engine/apply/apply.h"
#include "evaluate/sweep/sweep.h"
#include "language/checker.h"
#include "language/references.h"

#include <set>

namespace wanamaker {

void apply_catalog(Base& base, const PutSet& command) {
  ValueSet set;
  std::set<std::string> seen;
  for (const std::string& value : command.values) if (seen.insert(fold_key(value)).second) set.values.push_back(value);
  base.catalog.sets[command.key] = std::move(set);
}

void apply_catalog(Base& base, const PutSegment& command, Timestamp accepted_at) {
  const auto known = base.catalog.segments.find(command.key);
  std::uint32_t version = 1;
  if (known != base.catalog.segments.end()) {
    Segment& before = known->second;
    version = before.version + 1;
    before.earlier.push_back({before.version, before.saved_at, std::move(before.by), std::move(before.note), std::move(before.text), std::move(before.parameters)});
    if (before.earlier.size() > Segment::kEarlierMax) before.earlier.erase(before.earlier.begin());
  } else if (const auto last = base.catalog.last_versions.find(command.key); last != base.catalog.last_versions.end()) {
    version = last->second + 1;
    base.catalog.last_versions.erase(last);
  }
  Segment& segment = base.catalog.segments[command.key];  // what was added and removed by hand stays
  segment.version = version;
  segment.by = command.by;
  segment.note = command.note;
  segment.text = command.text;
  segment.parameters = command.parameters;
  segment.saved_at = accepted_at;
}

void apply_catalog(Base& base, const DeleteSegment& command) {
  const auto gone = base.catalog.segments.find(command.key);
  base.catalog.last_versions[command.key] = gone->second.version;
  base.catalog.segments.erase(gone);
}

void apply_catalog(Base& base, const PutList& command, Timestamp accepted_at) {
  base.catalog.lists.try_emplace(command.key, StaticList{.created_at = accepted_at, .entries = {}});
}

void apply_catalog(Base& base, const AddToList& command, Timestamp accepted_at) {
  StaticList& list = base.catalog.lists[command.key];
  for (const std::string& id : command.contact_ids) list.entries.add(base.contact_for(id), {accepted_at, command.by, command.note});
}

void apply_catalog(Base& base, const RemoveFromList& command) {
  StaticList& list = base.catalog.lists[command.key];
  for (const std::string& id : command.contact_ids) if (const auto contact = base.find_contact(id)) list.entries.erase(*contact);
}

void apply_catalog(Base& base, const OverrideMembership& command, Timestamp accepted_at) {
  Overrides& overrides = base.catalog.segments.at(command.key).overrides;
  for (const std::string& id : command.contact_ids) {
    const auto known = base.find_contact(id);
    if (known || command.what == Override::added) overrides.set(known ? *known : base.contact_for(id), command.what, {accepted_at, command.by, command.note});
  }
}

void apply_catalog(Base& base, const PutSnapshot& command, const Zone& zone, Timestamp at) {
  base.settle();
  const auto definition = compile(command.text, {.schema = base.schema, .catalog = base.catalog, .parameters = command.parameters});
  CHECK(definition.has_value(), "a rule in the log was validated");
  const SweepResult members = Sweeper().sweep(*definition, base, zone, at);
  StaticList list{.created_at = at, .entries = {}, .snapshot = SnapshotRule{command.text, command.parameters, at, command.by, command.note}};
  for (std::uint32_t i = 0; i < base.ordinals(); ++i) if (members.has({i})) list.entries.add({i}, {.added_at = at, .by = {}, .note = {}});
  base.catalog.lists.emplace(command.key, std::move(list));
}

void apply_catalog(Base& base, const LockList& command, Timestamp accepted_at) {
  std::optional<ListEntry>& lock = base.catalog.lists.at(command.key).lock;
  lock.reset();
  if (command.what == ListLock::locked) lock = ListEntry{accepted_at, command.by, command.note};
}

void apply_catalog(Base& base, const DeleteList& command) { base.catalog.lists.erase(command.key); }

void apply_catalog(Base& base, const AddKey& command, Timestamp accepted_at) {
  base.catalog.keys[command.id] = {.role = command.role, .name = command.name, .hash = command.hash, .added_at = accepted_at, .by = command.by};
}

void apply_catalog(Base& base, const RevokeKey& command, Timestamp accepted_at) {
  AccessKey& key = base.catalog.keys.at(command.id);
  key.revoked_at = accepted_at;
  key.revoked_by = command.by;
}

void apply_catalog(Base& base, const TrackAttribute& command) {
  if (command.what == Tracking::allowed) base.catalog.tracked.insert(command.name);
  else base.catalog.tracked.erase(command.name);
}

std::vector<std::string> users_of_segment(const Catalog& catalog, const std::string& key) {
  std::vector<std::string> users;
  for (const auto& [other, segment] : catalog.segments) {
    const bool names_some = segment.text.find("segment") != std::string::npos || segment.text.find("list") != std::string::npos;  // else it need not be parsed
    if (names_some && other != key && references_of(segment.text).segments.contains(key)) users.push_back(other);
  }
  return users;
}

}  // namespace wanamaker
