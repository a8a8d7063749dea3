#pragma once
// What a definition refers to by key.

#include <set>
#include <string>
#include <string_view>

namespace wanamaker {

struct References {
  std::set<std::string> segments;  // segments and lists of `in segment`, `in list`
  std::set<std::string> sets;
};

// Shape: a text that parses; of any other nothing is known.
References references_of(std::string_view text);

}  // namespace wanamaker
