#include "base/json.h"

#include "base/check.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <unordered_set>

namespace wanamaker {
namespace {

namespace ondemand = simdjson::ondemand;
constexpr int kDepthMax = 70;
constexpr std::size_t kFewMembers = 16;  // so many are looked through one by one

std::unexpected<Error> json_error(std::string message) { return fail(ErrorCode::invalid, std::move(message)); }
std::unexpected<Error> json_error(simdjson::error_code code) {
  if (code == simdjson::UTF8_ERROR) return json_error("not valid UTF-8");
  if (code == simdjson::UNCLOSED_STRING) return json_error("not valid JSON: a text is never closed");
  return json_error("not valid JSON: brackets, commas, colons or quotes are missing or superfluous");
}

Result<Json> read(ondemand::value value, int depth);

// The names of an object's members so far.
class MemberNames {
 public:
  explicit MemberNames(const Json::Object& members) : members_(members) {}
  // False: it is there already.
  bool is_new(const std::string& name) {
    if (members_.size() < kFewMembers) return std::ranges::none_of(members_, [&](const Json::Member& member) { return member.first == name; });
    if (names_.empty()) for (const auto& [known, value] : members_) names_.insert(known);
    return names_.insert(name).second;
  }

 private:
  const Json::Object& members_;
  std::unordered_set<std::string> names_;
};

Result<Json> read_object(ondemand::object object, int depth) {
  Json::Object members;
  MemberNames names(members);
  for (auto field_result : object) {
    ondemand::field field;
    if (const auto error = std::move(field_result).get(field)) return json_error(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return json_error(error);
    std::string name(key);
    if (!names.is_new(name)) return json_error(fmt::format("key {} stands twice in one object", json_quote(name)));
    WM_TRY(Json member, read(field.value(), depth + 1));
    members.emplace_back(std::move(name), std::move(member));
  }
  return Json(std::move(members));
}

Result<Json> read_array(ondemand::array array, int depth) {
  Json::Array elements;
  for (auto element_result : array) {
    ondemand::value element;
    if (const auto error = std::move(element_result).get(element)) return json_error(error);
    WM_TRY(Json value, read(element, depth + 1));
    elements.push_back(std::move(value));
  }
  return Json(std::move(elements));
}

bool is_number(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - start;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const std::size_t first = i;
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

Result<Json> read_number(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t')) token.remove_suffix(1);
  if (!is_number(token)) return json_error(fmt::format("'{}' is not a JSON number", token));
  return Json(Json::Number{std::string(token)});
}

Result<Json> read(ondemand::value value, int depth) {
  if (depth > kDepthMax) return json_error(fmt::format("nested deeper than {} levels", kDepthMax));
  ondemand::json_type type{};
  if (const auto error = value.type().get(type)) return json_error(error);
  switch (type) {
    case ondemand::json_type::object: {
      ondemand::object object;
      if (const auto error = value.get_object().get(object)) return json_error(error);
      return read_object(object, depth);
    }
    case ondemand::json_type::array: {
      ondemand::array array;
      if (const auto error = value.get_array().get(array)) return json_error(error);
      return read_array(array, depth);
    }
    case ondemand::json_type::string: {
      std::string_view text;
      if (const auto error = value.get_string().get(text)) return json_error(error);
      return Json(std::string(text));
    }
    case ondemand::json_type::number: return read_number(value.raw_json_token());
    case ondemand::json_type::boolean: {
      bool truth = false;
      if (const auto error = value.get_bool().get(truth)) return json_error(error);
      return Json(truth);
    }
    case ondemand::json_type::null: break;
  }
  bool null = false;
  if (value.is_null().get(null) != simdjson::SUCCESS || !null) return json_error(simdjson::N_ATOM_ERROR);
  return Json();
}

// A document that is a single scalar is read as an element of an array: simdjson treats root scalars apart.
Result<Json> parse_padded(const std::string& wrapped) {
  const simdjson::padded_string padded(wrapped);
  ondemand::parser parser;
  ondemand::document document;
  if (const auto error = parser.iterate(padded).get(document)) return json_error(error);
  ondemand::value root;
  if (const auto error = document.get_value().get(root)) return json_error(error);
  WM_TRY(Json value, read(root, 0));
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return json_error("text after the end of the JSON value");
  return value;
}

}  // namespace

Result<Json> Json::parse(std::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size())) return json_error("not valid UTF-8");
  if (text.find('\0') != std::string_view::npos) return json_error("a zero byte stands in the text");
  std::string wrapped = "[";
  wrapped += text;
  wrapped += "\n]";
  WM_TRY(Json value, parse_padded(wrapped));
  Array* elements = value.as_array();
  CHECK(elements != nullptr, "the wrapped text is an array");
  if (elements->size() != 1) return json_error(elements->empty() ? "no JSON value: the text is empty" : "more than one JSON value");
  return std::move(elements->front());
}

const Json* Json::find(std::string_view key) const {
  const Object* object = as_object();
  if (object == nullptr) return nullptr;
  for (const Member& member : *object) if (member.first == key) return &member.second;
  return nullptr;
}

Json& Json::set(std::string_view key, Json value) {
  auto* object = std::get_if<Object>(&value_);
  CHECK(object != nullptr, "members are added to objects only");
  object->emplace_back(std::string(key), std::move(value));
  return *this;
}

void Json::push(Json value) {
  auto* array = std::get_if<Array>(&value_);
  CHECK(array != nullptr, "elements are added to arrays only");
  array->push_back(std::move(value));
}

std::string json_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else out += c;
    }
  }
  return out + '"';
}

void Json::write(std::string& out, int indent, int level) const {
  const auto new_line = [&](int at) {
    if (indent > 0) out.append("\n").append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(at), ' ');
  };
  if (is_null()) out += "null";
  if (const bool* truth = as_bool()) out += *truth ? "true" : "false";
  if (const Number* number = as_number()) out += number->text;
  if (const std::string* text = as_string()) out += json_quote(*text);
  if (const Array* array = as_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      new_line(level + 1);
      (*array)[i].write(out, indent, level + 1);
    }
    if (!array->empty()) new_line(level);
    out += ']';
  }
  if (const Object* object = as_object()) {
    out += '{';
    for (std::size_t i = 0; i < object->size(); ++i) {
      if (i > 0) out += ',';
      new_line(level + 1);
      out += json_quote((*object)[i].first);
      out += indent > 0 ? ": " : ":";
      (*object)[i].second.write(out, indent, level + 1);
    }
    if (!object->empty()) new_line(level);
    out += '}';
  }
}

std::string Json::dump() const {
  std::string out;
  write(out, 0, 0);
  return out;
}

std::string Json::dump_pretty(int indent) const {
  std::string out;
  write(out, indent, 0);
  return out;
}

}  // namespace wanamaker
