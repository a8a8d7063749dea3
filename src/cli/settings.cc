#include "cli/settings.h"

#include "api/error_json.h"
#include "cli/config_file.h"
#include "cli/setting.h"
#include "language/diagnostic.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace wanamaker {
namespace {

constexpr std::string_view kConfigVariable = "WANAMAKER_CONFIG";
constexpr std::string_view kOtherVariables[] = {kConfigVariable, "WANAMAKER_ISA", "WANAMAKER_TIME_LIMIT_FACTOR"};

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::vector<std::string> names_of_environment() {
  std::vector<std::string> names;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    names.emplace_back(text.substr(0, text.find('=')));
  }
  return names;
}

// What is said of flags, said of settings.
std::string in_words_of_file(std::string text) {
  for (const Setting& setting : all_settings()) {
    const std::string flag = flag_of(setting);
    const std::string named = fmt::format("'{}'", setting.key);
    for (std::size_t at = text.find(flag); at != std::string::npos; at = text.find(flag, at + named.size())) text.replace(at, flag.size(), named);
  }
  return text;
}

// Why `serve` would refuse good settings together, if it would: with nothing but the file. At the setting that is named first.
std::optional<Error> fault_of_serving(const ConfigFile& file, const std::string& path) {
  Arguments told;
  for (const auto& [key, entry] : file.entries) put(*find_setting(key), entry.value, told);
  const auto good = check_options(server_options(told));
  if (good) return std::nullopt;
  Error error{.code = good.error().code, .message = in_words_of_file(good.error().message), .detail = {}, .hint = in_words_of_file(good.error().hint), .where = path};
  std::size_t first = std::string::npos;
  for (const auto& [key, entry] : file.entries) {
    const std::size_t at = error.message.find(fmt::format("'{}'", key));
    if (at >= first) continue;
    first = at;
    error.position.line = entry.line;
    error.position.column = entry.column;
  }
  return error;
}

Result<int> run_config_check(const Arguments& arguments, Streams streams) {
  WM_TRY(ConfigFile file, read_config(arguments.file));
  if (auto fault = file.faults.empty() ? fault_of_serving(file, arguments.file) : std::nullopt) file.faults.push_back(*std::move(fault));
  Json faults = Json::array();
  for (const Error& fault : file.faults) {
    faults.push(error_json(fault));
    if (!arguments.json) streams.err << fmt::format("{}:{}:{}: error: {}\nhint: {}\n", fault.where, fault.position.line, fault.position.column, fault.message, fault.hint);
  }
  if (arguments.json) streams.out << Json::object().set("file", arguments.file).set("settings", std::uint64_t{file.entries.size()}).set("faults", std::move(faults)).dump() << '\n';
  else if (file.faults.empty()) streams.out << fmt::format("{}: good, {} settings\n", arguments.file, file.entries.size());
  return file.faults.empty() ? 0 : exit_code(ErrorCode::invalid);
}

Result<int> run_config_show(const Arguments& arguments, Streams streams) {
  Arguments settled = arguments;
  WM_TRY(const std::vector<Held> all, settle(settled, variable));
  Json list = Json::array();
  for (const Held& held : all) {
    if (arguments.json) list.push(Json::object().set("key", held.key).set("value", held.value).set("from", held.from));
    else streams.out << fmt::format("{:<24} {:<32} {}\n", held.key, held.value.empty() ? "-" : held.value, held.from);
  }
  if (arguments.json) streams.out << Json::object().set("settings", std::move(list)).dump() << '\n';
  return 0;
}

}  // namespace

ServerOptions server_options(const Arguments& arguments) {
  return {.listen = arguments.listen, .is_behind_proxy = arguments.behind_proxy, .tls_certificate = arguments.tls_cert, .tls_key = arguments.tls_key, .writes_in_hand_bytes = arguments.writes_in_hand_kib << 10, .log = arguments.log == "errors" ? LogLevel::errors : LogLevel::requests};
}

Result<std::vector<Held>> settle(Arguments& arguments, const Variables& variables) {
  const std::string path = !arguments.config.empty() ? arguments.config : variables(std::string(kConfigVariable)).value_or("");
  ConfigFile file;
  if (!path.empty()) {
    WM_TRY(file, read_config(path));
    if (!file.faults.empty()) return fail(file.faults.front());
  }
  std::vector<Held> all;
  for (const Setting& setting : all_settings()) {
    std::string from = "default";
    const auto entry = file.entries.find(std::string(setting.key));
    const auto said = variables(variable_of(setting));
    if (std::ranges::find(arguments.given, flag_of(setting)) != arguments.given.end()) {
      from = flag_of(setting);
    } else if (said) {
      from = variable_of(setting);
      if (const std::string wanted = expected(setting.takes, *said); !wanted.empty()) return fail(ErrorCode::usage, fmt::format("{} takes {}", from, wanted), said->empty() ? "it is empty: unset it" : fmt::format("it says '{}'", *said));
      put(setting, *said, arguments);
    } else if (entry != file.entries.end()) {
      from = fmt::format("{}:{}", path, entry->second.line);
      put(setting, entry->second.value, arguments);
    }
    all.push_back({.key = std::string(setting.key), .value = value_of(setting, arguments), .from = std::move(from)});
  }
  return all;
}

std::vector<std::string> unknown_variables(const std::vector<std::string>& names) {
  std::vector<std::string> known(std::begin(kOtherVariables), std::end(kOtherVariables));
  for (const Setting& setting : all_settings()) known.push_back(variable_of(setting));
  std::vector<std::string> notes;
  for (const std::string& name : names) {
    if (!name.starts_with(kVariablePrefix) || std::ranges::find(known, name) != known.end()) continue;
    const std::string near = nearest(name, known);
    notes.push_back(fmt::format("{} in the environment is no setting{}", name, near.empty() ? "" : fmt::format(". Did you mean {}?", near)));
  }
  return notes;
}

Result<void> settle_serve(Arguments& arguments, Streams streams) {
  for (const std::string& note : unknown_variables(names_of_environment())) streams.err << "wanamaker: note: " << note << '\n';
  WM_CHECK_OK(settle(arguments, variable));
  return {};
}

std::optional<Result<int>> run_config(const Arguments& arguments, Streams streams) {
  if (arguments.command == "config check") return run_config_check(arguments, streams);
  if (arguments.command == "config show") return run_config_show(arguments, streams);
  return std::nullopt;
}

}  // namespace wanamaker
