#pragma once
// Who was added to a dynamic segment by hand and who was removed from it, with who did it, when and why. They belong to the segment and
// not to its rule: an edit of the rule leaves them as they are. The segment is then (rule and not removed) or added.
// A contact has at most one entry. Single writer; a copy is an image (base/chunk_list.h).

#include "model/commands.h"
#include "model/static_list.h"

namespace wanamaker {

struct Overrides {
  ListMembers added;
  ListMembers removed;

  bool empty() const { return added.size() == 0 && removed.size() == 0; }
  // Override::none takes the entry away. One that says the same already stays as it is.
  void set(ContactOrdinal contact, Override what, ListEntry entry) {
    if (what != Override::added) added.erase(contact);
    if (what != Override::removed) removed.erase(contact);
    if (what == Override::added) added.add(contact, std::move(entry));
    if (what == Override::removed) removed.add(contact, std::move(entry));
  }
  // Entries unite; where both have one, that of INTO stays.
  void merge(ContactOrdinal from, ContactOrdinal into) {
    const bool is_taken = added.contains(into) || removed.contains(into);
    const ListEntry* of_added = added.find(from);
    const ListEntry* of_removed = removed.find(from);
    if (!is_taken && of_added != nullptr) set(into, Override::added, ListEntry(*of_added));
    if (!is_taken && of_removed != nullptr) set(into, Override::removed, ListEntry(*of_removed));
    set(from, Override::none, {});
  }
};

}  // namespace wanamaker
