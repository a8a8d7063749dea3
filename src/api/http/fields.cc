#include "api/http/fields.h"

#include "language/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace wanamaker {

std::unexpected<Error> fail_at(const std::string& pointer, std::string message, std::string hint) {
  return fail(Error{.code = ErrorCode::usage, .message = std::move(message), .detail = {}, .hint = std::move(hint), .where = pointer});
}

Result<Fields> Fields::of(const Json& json, std::string pointer) {
  if (json.as_object() == nullptr) return fail_at(pointer, "expected a JSON object");
  return Fields(json, std::move(pointer));
}

std::string Fields::pointer_to(std::string_view name) const {
  std::string pointer = pointer_ + "/";
  for (const char c : name) {
    if (c == '~') pointer += "~0";
    else if (c == '/') pointer += "~1";
    else pointer += c;
  }
  return pointer;
}

const Json* Fields::any(std::string_view name) {
  known_.emplace_back(name);
  const Json* member = json_->find(name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

Result<std::optional<std::string>> Fields::text(std::string_view name) {
  const Json* member = any(name);
  if (member == nullptr) return std::nullopt;
  const std::string* text = member->as_string();
  if (text == nullptr) return fail_at(pointer_to(name), fmt::format("'{}' is no text", name), member->as_number() != nullptr ? fmt::format("write it between quotes: \"{}\"", member->as_number()->text) : "");
  return *text;
}

Result<std::string> Fields::needed_text(std::string_view name) {
  WM_TRY(std::optional<std::string> found, text(name));
  if (!found) return fail_at(pointer_to(name), fmt::format("'{}' is missing: expected a text", name));
  return *std::move(found);
}

Result<std::vector<std::string>> Fields::texts(std::string_view name, std::size_t most) {
  const Json* member = any(name);
  const auto* elements = member == nullptr ? nullptr : member->as_array();
  if (elements == nullptr) return fail_at(pointer_to(name), fmt::format("'{}' is missing: expected an array of texts", name));
  if (elements->size() > most) return fail_at(pointer_to(name), fmt::format("'{}' has {} elements; at most {} are taken at once", name, elements->size(), most));
  std::vector<std::string> found;
  for (const Json& element : *elements) {
    const std::string* text = element.as_string();
    if (text == nullptr) return fail_at(fmt::format("{}/{}", pointer_to(name), found.size()), fmt::format("an element of '{}' is no text", name), "ids are texts, also those of digits: \"00420\"");
    found.push_back(*text);
  }
  return found;
}

Result<bool> Fields::truth(std::string_view name, bool otherwise) {
  const Json* member = any(name);
  if (member == nullptr) return otherwise;
  if (const bool* truth = member->as_bool()) return *truth;
  return fail_at(pointer_to(name), fmt::format("'{}' is neither true nor false", name));
}

Result<std::optional<std::int64_t>> Fields::whole(std::string_view name) {
  const Json* member = any(name);
  if (member == nullptr) return std::nullopt;
  const auto* number = member->as_number();
  std::int64_t whole = 0;
  const bool good = number != nullptr && [&] {
    const auto end = std::from_chars(number->text.data(), number->text.data() + number->text.size(), whole);
    return end.ec == std::errc() && end.ptr == number->text.data() + number->text.size();
  }();
  if (!good) return fail_at(pointer_to(name), fmt::format("'{}' is no whole number", name));
  return whole;
}

Result<void> Fields::finish() const {
  for (const auto& [name, value] : *json_->as_object()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    const std::string near = nearest(name, known_);
    return fail_at(pointer_to(name), fmt::format("'{}' is not known here", name), near.empty() ? fmt::format("known are {}", fmt::join(known_, ", ")) : fmt::format("Did you mean '{}'?", near));
  }
  return {};
}

}  // namespace wanamaker
