#pragma once
// A JSON value that keeps numbers as they are written, so that exact decimals pass through unharmed, and objects in
// their order. Reading refuses duplicate keys, depth over 70 and invalid UTF-8. Parsing is simdjson's; hidden in json.cc.

#include "base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wanamaker {

class Json {
 public:
  struct Number {
    std::string text;
    friend bool operator==(const Number&, const Number&) = default;
  };
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;  // null
  Json(bool value) : value_(value) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::int64_t value) : value_(Number{std::to_string(value)}) {}
  Json(std::uint64_t value) : value_(Number{std::to_string(value)}) {}
  Json(int value) : value_(Number{std::to_string(value)}) {}
  Json(Number value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  static Json object() { return Json(Object{}); }
  static Json array() { return Json(Array{}); }

  // Errors: invalid, with what and where in words.
  static Result<Json> parse(std::string_view text);

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  const bool* as_bool() const { return std::get_if<bool>(&value_); }
  const Number* as_number() const { return std::get_if<Number>(&value_); }
  const std::string* as_string() const { return std::get_if<std::string>(&value_); }
  const Array* as_array() const { return std::get_if<Array>(&value_); }
  const Object* as_object() const { return std::get_if<Object>(&value_); }
  Array* as_array() { return std::get_if<Array>(&value_); }

  const Json* find(std::string_view key) const;          // of an object; nullptr where absent or not an object
  Json& set(std::string_view key, Json value);           // appends a member to an object
  void push(Json value);                                 // appends an element to an array
  std::string dump() const;                              // one line, no white space
  std::string dump_pretty(int indent = 2) const;

  friend bool operator==(const Json&, const Json&) = default;

 private:
  void write(std::string& out, int indent, int level) const;
  std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

// A JSON string literal with its quotes; only `"`, `\` and control characters are escaped.
std::string json_quote(std::string_view text);

}  // namespace wanamaker
