#include "api/http/masking.h"

#include "base/text/fold.h"
#include "language/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace wanamaker {
namespace {

// Words of names, folded, without accents: who has one of them tells of a person wherever it stands.
constexpr std::string_view kPersonalWords =
    " email mail phone telephone tel mobile cellphone surname firstname middlename lastname fullname givenname familyname birth "
    "birthdate birthday born dob street passport ssn emailaddress phonenumber phoneno mobilephone dateofbirth postaladdress "
    "streetaddress maidenname meno priezvisko telefon mobil ulica narodenia narodenie narodeny narodeniny rodne jmeno prijmeni ulice "
    "narozeni narozenin narozeniny imie imiona nazwisko urodzenia urodzin urodziny komorka pesel имя фамилия отчество телефон мобильный "
    "улица почта рождения imya familiya otchestvo rozhdeniya ";
// These do so of a contact; of an event or record, which may be of a product or a shop, only beside a word that says whose.
constexpr std::string_view kPersonalOfContacts = " name address adresa adres адрес fio ";
constexpr std::string_view kOfWhom =
    " customer client contact user person recipient sender buyer payer owner holder guest member lead first middle last full given family "
    "maiden nick billing shipping delivery home postal ip zakaznik zakaznika klient klienta prijemca prijemce odbiorcy клиента получателя ";

bool is_between_words(char c) { return c == '_' || c == '-' || c == ' ' || c == '.' || c == '/' || (c >= '0' && c <= '9'); }

// "workPhone 2" is "work" and "phone": however a name is spelled, and in whatever letters, so that no spelling that finds an attribute hides it here.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(without_accents(fold_key(word)));
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins = i > 0 && name[i] >= 'A' && name[i] <= 'Z' && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if (begins || is_between_words(name[i])) end_word();
    if (!is_between_words(name[i])) word += name[i];
  }
  end_word();
  return words;
}

// Of a list of words with a blank before and after each.
bool is_among(std::string_view words, const std::string& word) { return words.find(" " + word + " ") != std::string_view::npos; }

// Two words beside each other count as one too: "first_name", "eMaIl" (whose capitals begin no words).
bool has_word(std::string_view wanted, const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += word;
  if (is_among(wanted, all)) return true;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (is_among(wanted, words[i]) || (i > 0 && is_among(wanted, words[i - 1] + words[i]))) return true;
  return false;
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

// Members of answers that say when something turns.
constexpr std::array<std::string_view, 7> kInstants{"valid_since", "valid_until", "changes_at", "since", "until", "effective_at", "recorded_at"};

enum class Inside : std::uint8_t { attributes, anything };

Json masked_inside(const Json& json, const Personal& personal, Inside inside) {
  if (const std::string* text = json.as_string()) return without_addresses(*text);
  if (const Json::Array* array = json.as_array()) {
    Json::Array items;
    for (const Json& item : *array) items.push_back(masked_inside(item, personal, inside));
    return items;
  }
  const Json::Object* object = json.as_object();
  if (object == nullptr) return json;
  const Json* operand = json.find("operand");  // of an explanation: {operand, value}
  const bool is_of_personal = operand != nullptr && operand->as_string() != nullptr && !personal_name_in(*operand->as_string(), personal).empty();
  Json::Object members;
  for (const auto& [name, value] : *object) {
    const bool is_value = value.as_object() == nullptr && !value.is_null();
    const bool is_hidden = is_value && (inside == Inside::attributes ? is_personal_attribute(name, personal.marks) : is_personal_property(name) || (is_of_personal && name == "value"));
    const bool holds_attributes = name == "attributes" && value.as_object() != nullptr;
    members.emplace_back(name, is_hidden ? Json(kMask) : masked_inside(value, personal, holds_attributes ? Inside::attributes : Inside::anything));
  }
  return members;
}

}  // namespace

bool is_personal_property(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  return has_word(kPersonalWords, words) || (words.size() > 1 && has_word(kPersonalOfContacts, words) && has_word(kOfWhom, words));
}

bool is_personal_attribute(std::string_view name, const PersonalMarks& marks) {
  const std::string key = fold_key(name);
  for (const auto& [marked, mark] : marks)
    if (fold_key(marked) == key) return mark == PersonalMark::personal;
  const std::vector<std::string> words = words_of(name);
  return has_word(kPersonalWords, words) || has_word(kPersonalOfContacts, words);
}

Personal personal_of(const Schema& schema, const PersonalMarks& marks) {
  Personal personal{.marks = marks, .plain_names = {}};
  for (const EventType& event : schema.events) personal.plain_names.insert(fold_key(event.name));
  for (const RecordType& record : schema.records) personal.plain_names.insert(fold_key(record.name));
  for (std::uint32_t i = 0; i < schema.contact.size(); ++i) personal.plain_names.erase(fold_key(schema.contact.at({i}).name));
  return personal;
}

std::string_view personal_name_in(std::string_view text, const Personal& personal) {
  std::string_view found;
  for_each_name(text, [&](std::string_view name) {
    if (found.empty() && is_personal_attribute(name, personal.marks) && !personal.plain_names.contains(fold_key(name))) found = name;
  });
  return found;
}

Json masked(const Json& answer, const Personal& personal) { return masked_inside(answer, personal, Inside::anything); }

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

Result<void> check_asks_nothing_personal(std::string_view text, const Personal& personal) {
  const std::string_view name = personal_name_in(text, personal);
  if (name.empty()) return {};
  return fail(ErrorCode::not_allowed, fmt::format("'{}' is personal: who does not see it may not ask for it either", name), "ask somebody who sees personal values, or have the attribute marked as plain");
}

bool PersonalReading::reads(std::string_view text) const {
  std::set<std::string> seen;
  std::vector<std::string> texts{std::string(text)};
  while (!texts.empty()) {
    const std::string next = std::move(texts.back());
    texts.pop_back();
    if (!personal_name_in(next, personal_).empty()) return true;
    for (const std::string& key : references_of(next).segments) {
      const auto segment = catalog_.segments.find(key);
      if (segment != catalog_.segments.end() && seen.insert(key).second) texts.push_back(segment->second.text);
    }
  }
  return false;
}

bool PersonalReading::segment_reads(const std::string& key) {
  if (catalog_.lists.contains(key)) return false;
  const auto segment = catalog_.segments.find(key);
  if (segment == catalog_.segments.end()) return true;
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  const auto version_reads = [&](const SegmentVersion& version) { return reads(version.text); };
  return known_.emplace(key, reads(segment->second.text) || std::ranges::any_of(segment->second.earlier, version_reads)).first->second;
}

Json without_instants(const Json& answer) {
  if (const Json::Array* array = answer.as_array()) {
    Json::Array items;
    for (const Json& item : *array) items.push_back(without_instants(item));
    return items;
  }
  const Json::Object* object = answer.as_object();
  if (object == nullptr) return answer;
  Json::Object members;
  for (const auto& [name, value] : *object) members.emplace_back(name, std::ranges::find(kInstants, name) != kInstants.end() && !value.is_null() ? Json(kMask) : without_instants(value));
  return members;
}

}  // namespace wanamaker
