#pragma once
// If-Match and If-None-Match (RFC 9110, 13.1): a list of entity tags, or * for whatever is there. Pure functions.

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

struct Conditions {
  std::string_view if_match;       // as they were sent; empty where they were not
  std::string_view if_none_match;
};

// Whether both hold for what is there now: its tag with the quotes, nothing where nothing is. A weak tag never matches in If-Match.
// Errors: usage, where one is neither * nor a list of tags.
Result<bool> holds(const Conditions& conditions, const std::optional<std::string>& tag);

}  // namespace wanamaker
