#pragma once
// The entries that a condition of kind `list` asks about: those of a static list, or of one side of a segment's overrides. Pure.

#include "language/typed.h"
#include "model/catalog.h"

namespace wanamaker {

// Shape: the definition was compiled against this catalog, so that the key is there. Cost: one look-up by key.
inline const ListMembers& list_entries(const TypedExpression& node, const Catalog& catalog) {
  switch (node.list_kind) {
    case ListKind::list: break;
    case ListKind::added_by_hand: return catalog.segments.at(node.key).overrides.added;
    case ListKind::removed_by_hand: return catalog.segments.at(node.key).overrides.removed;
  }
  return catalog.lists.at(node.key).entries;
}

}  // namespace wanamaker
