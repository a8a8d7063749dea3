#include "api/http/json_value.h"

#include "api/http/fields.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

std::expected<Value, std::string> parsed(std::string_view text, ValueType type) {
  if (text.empty()) return Value();
  if (text.size() > kTextBytesMax) return std::unexpected(fmt::format("a text has at most {} bytes", kTextBytesMax));
  if (type == ValueType::text) return Value(std::string(text));
  auto value = parse_value(text, type);
  if (auto* good = std::get_if<Value>(&value)) return std::move(*good);
  return std::unexpected("expected " + std::get<ValueError>(value).expected);
}

std::expected<Value, std::string> set_from(const Json::Array& elements) {
  if (elements.size() > kSetElementsMax) return std::unexpected(fmt::format("a set has at most {} elements", kSetElementsMax));
  TextSet set;
  for (const Json& element : elements) {
    const std::string* text = element.as_string();
    const std::string spelled = text != nullptr ? *text : element.as_number() != nullptr ? element.as_number()->text : "";
    if (spelled.empty() || spelled.size() > kTextBytesMax) return std::unexpected("expected an array of texts that are not empty");
    if (std::ranges::find(set, spelled) == set.end()) set.push_back(spelled);
  }
  if (set.empty()) return Value();
  return Value(std::move(set));
}

}  // namespace

std::optional<ValueType> natural_type(const Json& json) {
  if (json.as_string() != nullptr) return ValueType::text;
  if (json.as_number() != nullptr) return ValueType::number;
  if (json.as_bool() != nullptr) return ValueType::boolean;
  if (const auto* elements = json.as_array(); elements != nullptr && std::ranges::all_of(*elements, [](const Json& element) { return element.as_string() != nullptr; })) return ValueType::set;
  return std::nullopt;
}

Result<WantedTypes> wanted_types(const Json* json, const std::string& pointer) {
  WantedTypes types;
  if (json == nullptr) return types;
  if (json->as_object() == nullptr) return fail_at(pointer, fmt::format("'{}' is no object: expected names with their types", pointer.substr(pointer.rfind('/') + 1)));
  for (const auto& [name, value] : *json->as_object()) {
    const std::string* spelled = value.as_string();
    const auto type = spelled != nullptr ? value_type_from(*spelled) : std::nullopt;
    if (!type) return fail_at(pointer + "/" + name, "expected a type: text, number, boolean, date, timestamp, set or location");
    types.emplace(name, *type);
  }
  return types;
}

std::expected<Value, std::string> value_from_json(const Json& json, ValueType type) {
  if (json.is_null()) return Value();
  if (const std::string* text = json.as_string()) return parsed(*text, type);
  if (const auto* number = json.as_number()) {
    if (type == ValueType::number) {
      if (const auto decimal = Decimal::parse(number->text)) return Value(*decimal);
      return std::unexpected("expected a number of at most 18 digits, without an exponent");
    }
    if (type == ValueType::text) return Value(number->text);
  }
  if (const bool* truth = json.as_bool()) {
    if (type == ValueType::boolean) return Value(*truth);
    if (type == ValueType::text) return Value(std::string(*truth ? "true" : "false"));
  }
  if (const auto* elements = json.as_array()) {
    if (type == ValueType::set) return set_from(*elements);
    if (type == ValueType::location && elements->size() == 2 && (*elements)[0].as_number() != nullptr && (*elements)[1].as_number() != nullptr) {
      return parsed((*elements)[0].as_number()->text + "," + (*elements)[1].as_number()->text, type);
    }
  }
  return std::unexpected(fmt::format("expected a {}", name_of(type)));
}

}  // namespace wanamaker
