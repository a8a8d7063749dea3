#pragma once
// JSON as values of the schema's types. Pure functions.

#include "base/json.h"
#include "base/result.h"
#include "model/value.h"

#include <expected>
#include <map>
#include <optional>
#include <string>

namespace wanamaker {

// The type that a JSON value has by itself; nothing for null, objects, and arrays that are not of texts. Texts are never dates by themselves.
std::optional<ValueType> natural_type(const Json& json);

// `types` of a body: names and the types that they shall have where they are new; none where it is absent. Errors: usage, with its place.
using WantedTypes = std::map<std::string, ValueType, std::less<>>;
Result<WantedTypes> wanted_types(const Json* json, const std::string& pointer);

// A value of that type; null, and an empty text or array, is missing. The error says what was expected.
std::expected<Value, std::string> value_from_json(const Json& json, ValueType type);

}  // namespace wanamaker
