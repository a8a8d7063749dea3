#pragma once
// Gives a syntactic tree its meaning against schema and catalog: names to ids, types checked, parameters filled in, segments
// resolved, cycles refused. Errors carry position, the words underlined and, where one is near, a suggestion.

#include "base/result.h"
#include "language/tree.h"
#include "language/typed.h"
#include "model/catalog.h"
#include "model/schema.h"

#include <string_view>

namespace wanamaker {

struct CheckContext {
  const Schema& schema;
  const Catalog& catalog;
  std::vector<SegmentParameter> parameters = {};  // of the definition itself, with the values to use
  std::string own_key = {};                       // when a segment is saved: its key, to find cycles through itself
};

// Shape: `source` is the text the tree was parsed from, for positions; may be empty for trees from JSON.
// Errors: invalid, not_found (a segment, list or value set that is not there).
// Cost: linear in the definition and the segments it uses, to 100,000 nodes.
Result<Definition> check(const Expression& tree, std::string_view source, const CheckContext& context);

// parse_definition and check in one: what commands take.
Result<Definition> compile(std::string_view source, const CheckContext& context);

// A saved segment as `in segment "key"` sees it: its rule with the defaults of its parameters, and what people added and removed by hand.
// Shape: the key is there.
Result<Definition> compile_saved(const std::string& key, const Schema& schema, const Catalog& catalog);

}  // namespace wanamaker
