#pragma once
// Bodies of requests as JSON. Pure functions; a body is hostile until it was read here.
// Key idea of the second form: a list of items is only as bad as its items. Where the body as a whole cannot be read, the items of its
// list are told apart by their brackets and read one by one, so that a broken text, a key that stands twice or too deep a nest in one of
// them costs that one. The rest of the body must be good, and every bracket in its place: else it could be read in two ways.

#include "base/json.h"
#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace wanamaker {

// At most kJsonDepthMax levels deep. Errors: usage.
Result<Json> parse_body(std::string_view body);

struct ItemBody {
  Json json;                                    // an item that cannot be read is null in it
  std::map<std::uint64_t, std::string> faults;  // why, by its index
};
// `member`: which member of the body is the list, if it is an object and has it. Errors: usage.
Result<ItemBody> parse_item_body(std::string_view body, std::string_view member);

}  // namespace wanamaker
