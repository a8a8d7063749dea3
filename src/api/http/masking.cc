#include "api/http/masking.h"

#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wanamaker {
namespace {

// As plain_name() gives them.
constexpr std::array<std::string_view, 24> kPersonalNames{"email", "mail", "emailaddress", "phone", "phonenumber", "phoneno", "telephone", "tel", "mobile", "mobilephone", "firstname", "middlename",
                                                           "lastname", "surname", "fullname", "givenname", "familyname", "birthdate", "dateofbirth", "dob", "birthday", "street", "postaladdress", "streetaddress"};
constexpr std::array<std::string_view, 2> kPersonalOfContacts{"name", "address"};  // of a product or a shop they tell nothing of a person

// However it is spelled: folded as the language folds names, without what stands between words. So no spelling that finds an attribute hides it here.
std::string plain_name(std::string_view name) {
  std::string plain = fold_key(name);
  std::erase_if(plain, [](char c) { return c == '_' || c == '-' || c == ' ' || c == '.'; });
  return plain;
}

bool is_name_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool is_local_byte(char c) { return is_name_byte(c) || std::string_view(".!#$%&'*+/=?^`{|}~-").find(c) != std::string_view::npos; }
bool is_domain_byte(char c) { return is_name_byte(c) || c == '.' || c == '-'; }

// The names that stand in an expression: words and what is in back-ticks, but for texts.
template <typename Visit>
void for_each_name(std::string_view text, Visit visit) {
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
      ++i;
    } else if (text[i] == '`') {
      const std::size_t end = std::min(text.find('`', i + 1), text.size());
      visit(text.substr(i + 1, end - i - 1));
      i = end + 1;
    } else if (is_name_byte(text[i])) {
      std::size_t end = i;
      while (end < text.size() && is_name_byte(text[end])) ++end;
      visit(text.substr(i, end - i));
      i = end;
    } else {
      ++i;
    }
  }
}

std::string_view personal_name_in(std::string_view text, const PersonalMarks& marks) {
  std::string_view found;
  for_each_name(text, [&](std::string_view name) {
    if (found.empty() && is_personal_attribute(name, marks)) found = name;
  });
  return found;
}

enum class Inside : std::uint8_t { attributes, anything };

Json masked_inside(const Json& json, const PersonalMarks& marks, Inside inside) {
  if (const std::string* text = json.as_string()) return without_addresses(*text);
  if (const Json::Array* array = json.as_array()) {
    Json::Array items;
    for (const Json& item : *array) items.push_back(masked_inside(item, marks, inside));
    return items;
  }
  const Json::Object* object = json.as_object();
  if (object == nullptr) return json;
  const Json* operand = json.find("operand");  // of an explanation: {operand, value}
  const bool is_of_personal = operand != nullptr && operand->as_string() != nullptr && !personal_name_in(*operand->as_string(), marks).empty();
  Json::Object members;
  for (const auto& [name, value] : *object) {
    const bool is_value = value.as_object() == nullptr && !value.is_null();
    const bool is_hidden = is_value && (inside == Inside::attributes ? is_personal_attribute(name, marks) : is_personal_property(name) || (is_of_personal && name == "value"));
    const bool holds_attributes = name == "attributes" && value.as_object() != nullptr;
    members.emplace_back(name, is_hidden ? Json(kMask) : masked_inside(value, marks, holds_attributes ? Inside::attributes : Inside::anything));
  }
  return members;
}

}  // namespace

bool is_personal_property(std::string_view name) { return std::ranges::find(kPersonalNames, plain_name(name)) != kPersonalNames.end(); }

bool is_personal_attribute(std::string_view name, const PersonalMarks& marks) {
  const std::string key = fold_key(name);
  for (const auto& [marked, mark] : marks)
    if (fold_key(marked) == key) return mark == PersonalMark::personal;
  return is_personal_property(name) || std::ranges::find(kPersonalOfContacts, plain_name(name)) != kPersonalOfContacts.end();
}

Json masked(const Json& answer, const PersonalMarks& marks) { return masked_inside(answer, marks, Inside::anything); }

std::string without_addresses(std::string_view text) {
  std::string out;
  std::size_t kept = 0;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    std::size_t begin = at;
    while (begin > kept && is_local_byte(text[begin - 1])) --begin;
    std::size_t end = at + 1;
    while (end < text.size() && is_domain_byte(text[end])) ++end;
    if (begin < at && begin > kept && text[begin - 1] == '\\') begin += text[begin] == 'u' ? std::min<std::size_t>(5, at - begin) : 1;  // an escape of JSON stays whole
    if (begin == at || end == at + 1) continue;
    out += text.substr(kept, begin - kept);
    out += kMask;
    kept = end;
    at = end - 1;
  }
  return out += text.substr(kept);
}

Result<void> check_asks_nothing_personal(std::string_view text, const PersonalMarks& marks) {
  const std::string_view name = personal_name_in(text, marks);
  if (name.empty()) return {};
  return fail(ErrorCode::not_allowed, fmt::format("'{}' is personal: who does not see it may not ask for it either", name), "ask somebody who sees personal values, or have the attribute marked as plain");
}

}  // namespace wanamaker
