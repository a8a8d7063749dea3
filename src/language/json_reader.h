#pragma once
// Reads one JSON object of the definition form: hands out members by key, and at the end refuses those nobody asked for.
// Inside language/ only.

#include "base/json.h"
#include "base/result.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>

namespace wanamaker {

class ObjectReader {
 public:
  // Errors: invalid when the value is no object.
  static Result<ObjectReader> open(const Json& json, std::string pointer) {
    if (json.as_object() == nullptr) return refused(pointer, "expected an object");
    return ObjectReader(json, std::move(pointer));
  }

  static std::unexpected<Error> refused(const std::string& pointer, std::string message, std::string hint = {}) {
    Error error{.code = ErrorCode::invalid, .message = std::move(message), .hint = std::move(hint)};
    error.where = pointer.empty() ? "/" : pointer;
    return fail(std::move(error));
  }

  const Json* take(std::string_view key) {
    taken_.insert(std::string(key));
    return json_->find(key);
  }
  bool has(std::string_view key) const { return json_->find(key) != nullptr; }
  Result<const Json*> need(std::string_view key) {
    const Json* value = take(key);
    if (value == nullptr) return refused(pointer_, fmt::format("key \"{}\" is missing", key));
    return value;
  }
  std::string at(std::string_view key) const { return fmt::format("{}/{}", pointer_, key); }
  const std::string& pointer() const { return pointer_; }
  const Json::Object& members() const { return *json_->as_object(); }

  Result<void> close() const {
    for (const auto& [key, value] : *json_->as_object()) {
      if (!taken_.contains(key)) return refused(fmt::format("{}/{}", pointer_, key), fmt::format("unknown key \"{}\"", key), "see docs/reference/json-form.md");
    }
    return {};
  }

 private:
  ObjectReader(const Json& json, std::string pointer) : json_(&json), pointer_(std::move(pointer)) {}

  const Json* json_;
  std::string pointer_;
  std::set<std::string> taken_;
};

}  // namespace wanamaker
