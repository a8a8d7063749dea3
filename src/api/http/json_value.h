#pragma once
// JSON as values of the schema's types. Pure functions.

#include "base/json.h"
#include "model/value.h"

#include <expected>
#include <optional>
#include <string>

namespace wanamaker {

// The type that a JSON value has by itself; nothing for null, objects, and arrays that are not of texts. Texts are never dates by themselves.
std::optional<ValueType> natural_type(const Json& json);

// A value of that type; null, and an empty text or array, is missing. The error says what was expected.
std::expected<Value, std::string> value_from_json(const Json& json, ValueType type);

}  // namespace wanamaker
