#include "language/references.h"

#include "language/json_form.h"
#include "language/parser.h"

namespace wanamaker {
namespace {

// The JSON form names every reference by its key, so one walk finds them wherever they stand.
void collect(const Json& json, References& found) {
  if (const Json::Array* array = json.as_array()) {
    for (const Json& element : *array) collect(element, found);
  }
  const Json::Object* object = json.as_object();
  if (object == nullptr) return;
  const Json* test = json.find("operator");
  const bool set_test = test != nullptr && test->as_string() != nullptr && (*test->as_string() == "in_set" || *test->as_string() == "not_in_set");
  for (const auto& [key, value] : *object) {
    const std::string* text = value.as_string();
    if (text != nullptr && (key == "in_segment" || key == "in_list")) found.segments.insert(*text);
    if (text != nullptr && set_test && key == "value") found.sets.insert(*text);
    collect(value, found);
  }
}

}  // namespace

References references_of(std::string_view text) {
  References found;
  if (const auto tree = parse_expression(text)) collect(to_json(*tree), found);
  return found;
}

}  // namespace wanamaker
