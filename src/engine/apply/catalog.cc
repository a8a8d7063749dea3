#include "base/text/fold.h"
#include "engine/apply/apply.h"
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
  Segment& segment = base.catalog.segments[command.key];  // what was added and removed by hand stays
  segment.text = command.text;
  segment.parameters = command.parameters;
  segment.saved_at = accepted_at;
}

void apply_catalog(Base& base, const DeleteSegment& command) { base.catalog.segments.erase(command.key); }

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

std::vector<std::string> users_of_segment(const Catalog& catalog, const std::string& key) {
  std::vector<std::string> users;
  for (const auto& [other, segment] : catalog.segments) if (other != key && references_of(segment.text).segments.contains(key)) users.push_back(other);
  return users;
}

}  // namespace wanamaker
