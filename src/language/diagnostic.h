#pragma once
// Errors of definitions: position, message, the source line with a caret under the words, and where one is near a suggestion.

#include "base/result.h"
#include "language/tree.h"

#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// 1-based line and column (code points) of a byte offset.
Position position_of(std::string_view source, std::uint32_t offset);
// The source line and a line of carets under the span.
std::string underline(std::string_view source, Span span);
// Errors: always; an `invalid` error with position, detail and hint filled in.
Error diagnose(std::string_view source, Span span, std::string message, std::string hint = {});

// The candidate nearest to the word by edits (at most a third of its length, at least one), without regard to case; "" where none is.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace wanamaker
