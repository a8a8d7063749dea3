#pragma once
// One thing that `serve` can be told. Key idea: one table says each one's name everywhere, what it takes and where it goes, so that the file, the
// environment and what is shown cannot differ. Pure functions.

#include "cli/arguments.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wanamaker {

enum class Takes : std::uint8_t { path, address, truth, number, log };

struct Setting {
  std::string_view key;
  Takes takes;
  std::variant<std::string Arguments::*, bool Arguments::*, std::uint64_t Arguments::*> field;
};
std::span<const Setting> all_settings();
const Setting* find_setting(std::string_view key);
std::vector<std::string> setting_keys();
std::string flag_of(const Setting& setting);      // --writes-in-hand-kib
std::string variable_of(const Setting& setting);  // WANAMAKER_WRITES_IN_HAND_KIB
inline constexpr std::string_view kVariablePrefix = "WANAMAKER_";

// What was expected in place of a value; empty where it is good.
std::string expected(Takes takes, const std::string& value);
// Shape: the value is good.
void put(const Setting& setting, const std::string& value, Arguments& arguments);
// As a file would say it.
std::string value_of(const Setting& setting, const Arguments& arguments);

}  // namespace wanamaker
