#include "cli/setting.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace wanamaker {
namespace {

constexpr Setting kSettings[] = {
    {"data", Takes::path, &Arguments::data},
    {"listen", Takes::address, &Arguments::listen},
    {"behind_proxy", Takes::truth, &Arguments::behind_proxy},
    {"tls_cert", Takes::path, &Arguments::tls_cert},
    {"tls_key", Takes::path, &Arguments::tls_key},
    {"backups", Takes::path, &Arguments::backups},
    {"allow_private_webhooks", Takes::truth, &Arguments::private_webhooks},
    {"requests_per_key", Takes::number, &Arguments::requests_per_key},
    {"writes_in_hand_kib", Takes::number, &Arguments::writes_in_hand_kib},
    {"question_seconds", Takes::number, &Arguments::question_seconds},
    {"log", Takes::log, &Arguments::log},
};

constexpr std::uint64_t kNumberMax = 1'000'000;
constexpr std::uint64_t kPortMax = 65'535;

std::optional<std::uint64_t> number_from(std::string_view text, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size() && number <= most ? std::optional(number) : std::nullopt;
}

}  // namespace

std::span<const Setting> all_settings() { return kSettings; }

std::vector<std::string> setting_keys() {
  std::vector<std::string> names;
  for (const Setting& setting : kSettings) names.emplace_back(setting.key);
  return names;
}

const Setting* find_setting(std::string_view key) {
  const auto found = std::ranges::find(kSettings, key, &Setting::key);
  return found == std::end(kSettings) ? nullptr : found;
}

std::string flag_of(const Setting& setting) {
  std::string flag = "--" + std::string(setting.key);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

std::string variable_of(const Setting& setting) {
  std::string name(kVariablePrefix);
  for (const char c : setting.key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string expected(Takes takes, const std::string& value) {
  switch (takes) {
    case Takes::path: return value.empty() ? "a path" : "";
    case Takes::truth: return value == "true" || value == "false" ? "" : "true or false";
    case Takes::number: return number_from(value, kNumberMax) ? "" : fmt::format("a whole number from 0 to {}", kNumberMax);
    case Takes::log: return value == "requests" || value == "errors" ? "" : "requests or errors";
    case Takes::address: break;
  }
  const std::size_t colon = value.rfind(':');
  const bool is_good = colon != std::string::npos && colon > 0 && number_from(std::string_view(value).substr(colon + 1), kPortMax);
  return is_good ? "" : "ADDRESS:PORT, such as 127.0.0.1:8080";
}

void put(const Setting& setting, const std::string& value, Arguments& arguments) {
  if (const auto* text = std::get_if<std::string Arguments::*>(&setting.field)) arguments.**text = value;
  else if (const auto* truth = std::get_if<bool Arguments::*>(&setting.field)) arguments.**truth = value == "true";
  else arguments.*std::get<std::uint64_t Arguments::*>(setting.field) = *number_from(value, kNumberMax);
}

std::string value_of(const Setting& setting, const Arguments& arguments) {
  if (const auto* text = std::get_if<std::string Arguments::*>(&setting.field)) return arguments.**text;
  if (const auto* truth = std::get_if<bool Arguments::*>(&setting.field)) return arguments.**truth ? "true" : "false";
  return std::to_string(arguments.*std::get<std::uint64_t Arguments::*>(setting.field));
}

}  // namespace wanamaker
