#pragma once
// Text to tree: a recursive descent by hand, for the best messages. It knows no schema; language/checker.h gives names their meaning.
// Grammar: docs/reference/grammar.ebnf.

#include "base/result.h"
#include "language/tree.h"

#include <string_view>

namespace wanamaker {

// Errors: invalid, with position, underlined source and hint. Limits: 64 KiB, 64 levels, 4,096 nodes.
// Cost: linear in the text.
Result<Expression> parse_expression(std::string_view source);

// An operand alone, as `--derive` takes it.
Result<Operand> parse_operand(std::string_view source);

}  // namespace wanamaker
