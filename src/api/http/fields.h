#pragma once
// Reads the members of a JSON object as a body has them: each once, of its type, and none that is unknown. An error names its place as
// a JSON pointer. Single-threaded; the JSON outlives it.

#include "base/json.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// The error, at a place: `#/events/0`.
std::unexpected<Error> fail_at(const std::string& pointer, std::string message, std::string hint = {});

class Fields {
 public:
  // Errors: usage, when it is no object. The pointer of the object is "#" for the whole body.
  static Result<Fields> of(const Json& json, std::string pointer = "#");

  // nullptr where it is absent or null.
  const Json* any(std::string_view name);
  // Errors: usage, when it is there but no text (a number is no text: ids are never rounded), or too long.
  Result<std::optional<std::string>> text(std::string_view name);
  Result<std::string> needed_text(std::string_view name);
  Result<std::vector<std::string>> texts(std::string_view name, std::size_t most);
  // Absent: `otherwise`.
  Result<bool> truth(std::string_view name, bool otherwise);
  Result<std::optional<std::int64_t>> whole(std::string_view name);
  // Errors: usage, naming the first member that nobody asked for.
  Result<void> finish() const;
  std::string pointer_to(std::string_view name) const;

 private:
  Fields(const Json& json, std::string pointer) : json_(&json), pointer_(std::move(pointer)) {}
  const Json* json_;
  std::string pointer_;
  std::vector<std::string> known_;
};

}  // namespace wanamaker
