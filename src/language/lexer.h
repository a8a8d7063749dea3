#pragma once
// Text to tokens. Keywords are not known here but by their spelling in lower case: most words are names wherever the grammar
// does not want them. Matching brackets are paired, because what follows a bracket decides what it is.

#include "base/result.h"
#include "language/tree.h"

#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

enum class TokenKind : std::uint8_t { word, quoted_name, text, number, date, timestamp, parameter, symbol, end };

struct Token {
  TokenKind kind = TokenKind::end;
  Span span = {};
  std::string text = {};     // word as written, name, text or parameter; symbol
  std::string lower = {};    // word in lower case
  Decimal number = {};
  Date date = {};
  Timestamp timestamp = {};
  std::uint32_t partner = 0;  // "(": index of its ")"
};

// Errors: invalid, at the character: curly quotes, invisible characters, an open text, a number of over 18 digits, no such date.
// Cost: linear.
Result<std::vector<Token>> tokenize(std::string_view source);

}  // namespace wanamaker
