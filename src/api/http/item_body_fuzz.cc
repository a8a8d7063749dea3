// Any bytes as a body that is a list of items: read or refused, never a crash; what the careful reading gives is what the quick one gives.
#include "api/http/json_body.h"
#include "base/check.h"

#include <cstdint>
#include <string>
#include <string_view>

using namespace wanamaker;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto whole = parse_body(body);
  const auto read = parse_item_body(body, "batch");
  CHECK(read || !whole, "what can be read as a whole can be read by items");
  if (!read) return 0;
  const Json* list = read->json.find("batch");
  if (whole) {
    CHECK(read->faults.empty() && read->json == *whole, "nothing is lost of a good body");
    return 0;
  }
  CHECK(list != nullptr && list->as_array() != nullptr && !read->faults.empty(), "a body that is read by items has some, and a bad one");
  for (const auto& [index, why] : read->faults) CHECK(index < list->as_array()->size() && (*list->as_array())[index].is_null() && !why.empty(), "a bad item is named");
  // The good ones beside each other make a body that can be read as a whole.
  Json good = Json::array();
  for (std::size_t i = 0; i < list->as_array()->size(); ++i)
    if (!read->faults.contains(i)) good.push((*list->as_array())[i]);
  const auto again = parse_item_body(Json::object().set("batch", good).dump(), "batch");
  CHECK(again && again->faults.empty() && *again->json.find("batch") == good, "good items stay what they are");
  return 0;
}
