#pragma once
// The JSON form of a tree, as docs/reference/json-form.md describes it. from_json(to_json(x)) == x for every tree the parser makes.

#include "base/json.h"
#include "base/result.h"
#include "language/tree.h"

#include <string_view>

namespace wanamaker {

Json to_json(const Expression& expression);

// Errors: invalid, with the place in the tree as a JSON pointer in `where`. What the text form refuses is refused here too, by the
// same code: the tree is formatted and parsed.
Result<Expression> from_json(const Json& json);

// A definition as people and programs hand it in: a JSON tree where the first character is `{`, else text.
Result<Expression> parse_definition(std::string_view source);

}  // namespace wanamaker
