// Any bytes as a definition in JSON: no crash, and what is accepted comes back from its text and its JSON.

#include "base/check.h"
#include "language/formatter.h"
#include "language/json_form.h"
#include "language/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace wanamaker;
  const auto json = Json::parse({reinterpret_cast<const char*>(bytes), size});
  if (!json) return 0;
  const auto again = Json::parse(json->dump());
  CHECK(again && *again == *json, "JSON comes back from its own text");
  const auto tree = from_json(*json);
  if (!tree) return 0;
  const auto parsed = parse_expression(format(*tree));
  CHECK(parsed && *parsed == *tree, "parse(format(x)) is x");
  const auto from = from_json(to_json(*tree));
  CHECK(from && *from == *tree, "from_json(to_json(x)) is x");
  return 0;
}
