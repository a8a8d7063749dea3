#include "cli/settings.h"

#include "api/error_json.h"
#include "language/diagnostic.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <variant>

namespace wanamaker {
namespace {

enum class Takes : std::uint8_t { path, address, truth, number, log };

struct Setting {
  std::string_view key;
  Takes takes;
  std::variant<std::string Arguments::*, bool Arguments::*, std::uint64_t Arguments::*> field;
};
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
    {"log", Takes::log, &Arguments::log},
};

constexpr std::string_view kPrefix = "WANAMAKER_";
constexpr std::string_view kConfigVariable = "WANAMAKER_CONFIG";
constexpr std::string_view kOtherVariables[] = {kConfigVariable, "WANAMAKER_ISA", "WANAMAKER_TIME_LIMIT_FACTOR"};
constexpr std::uint64_t kNumberMax = 1'000'000;
constexpr std::uint64_t kPortMax = 65'535;

std::vector<std::string> keys() {
  std::vector<std::string> names;
  for (const Setting& setting : kSettings) names.emplace_back(setting.key);
  return names;
}

const Setting* find(std::string_view key) {
  const auto found = std::ranges::find(kSettings, key, &Setting::key);
  return found == std::end(kSettings) ? nullptr : found;
}

std::string flag_of(const Setting& setting) {
  std::string flag = "--" + std::string(setting.key);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

std::string variable_of(const Setting& setting) {
  std::string name(kPrefix);
  for (const char c : setting.key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::optional<std::uint64_t> number_from(std::string_view text, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size() && number <= most ? std::optional(number) : std::nullopt;
}

// What was expected in place of a value; empty where it is good.
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

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_key_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; }

// One line of a file, from left to right.
class LineReader {
 public:
  LineReader(std::string_view text, std::uint32_t line, const std::string& path, ConfigFile& into) : text_(text), line_(line), path_(path), into_(into) {}

  void read() {
    skip_blanks();
    if (is_at_end()) return;
    const std::size_t key_at = at_;
    while (at_ < text_.size() && is_key_byte(text_[at_])) ++at_;
    const std::string key(text_.substr(key_at, at_ - key_at));
    if (key.empty()) return fault(at_, "expected a setting", "write KEY = VALUE; what begins with # is a comment");
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != '=') return fault(at_, fmt::format("expected '=' behind '{}'", key), fmt::format("write {} = VALUE", key));
    ++at_;
    skip_blanks();
    const std::size_t value_at = at_;
    const auto value = read_value();
    if (!value) return;
    skip_blanks();
    if (!is_at_end()) return fault(at_, "something stands behind the value", "put a value with blanks or # between double quotes");
    take(key, key_at, *value, value_at);
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool is_at_end() const { return at_ >= text_.size() || text_[at_] == '#'; }

  std::optional<std::string> read_value() {
    std::string value;
    if (at_ < text_.size() && text_[at_] == '"') {
      const std::size_t begin = at_++;
      for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\')) ++at_;
        value += text_[at_];
      }
      if (at_ >= text_.size()) {
        fault(begin, "the quotes are not closed", "close them on the same line");
        return std::nullopt;
      }
      ++at_;
      return value;
    }
    while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != '#') value += text_[at_++];
    return value;
  }

  void take(const std::string& key, std::size_t key_at, const std::string& value, std::size_t value_at) {
    const Setting* setting = find(key);
    if (setting == nullptr) {
      const std::string near = nearest(key, keys());
      return fault(key_at, fmt::format("unknown setting '{}'{}", key, near.empty() ? "" : fmt::format(". Did you mean '{}'?", near)), fmt::format("the settings are {}", fmt::join(keys(), ", ")));
    }
    if (const auto before = into_.entries.find(key); before != into_.entries.end()) return fault(key_at, fmt::format("'{}' stands twice", key), fmt::format("it is set in line {} already", before->second.line));
    if (const std::string wanted = expected(setting->takes, value); !wanted.empty()) return fault(value_at, fmt::format("'{}' takes {}", key, wanted), value.empty() ? "nothing stands behind '='" : fmt::format("it says '{}'", value));
    into_.entries.emplace(key, ConfigFile::Entry{.value = value, .line = line_, .column = static_cast<std::uint32_t>(value_at + 1)});
  }

  void fault(std::size_t at, std::string message, std::string hint) {
    Error error{.code = ErrorCode::invalid, .message = std::move(message), .detail = {}, .hint = std::move(hint), .where = path_};
    error.position.line = line_;
    error.position.column = static_cast<std::uint32_t>(at + 1);
    into_.faults.push_back(std::move(error));
  }

  std::string_view text_;
  std::uint32_t line_;
  const std::string& path_;
  ConfigFile& into_;
  std::size_t at_ = 0;
};

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
  for (const Setting& setting : kSettings) {
    const std::string flag = flag_of(setting);
    const std::string named = fmt::format("'{}'", setting.key);
    for (std::size_t at = text.find(flag); at != std::string::npos; at = text.find(flag, at + named.size())) text.replace(at, flag.size(), named);
  }
  return text;
}

// Why `serve` would refuse good settings together, if it would: with nothing but the file. At the setting that is named first.
std::optional<Error> fault_of_serving(const ConfigFile& file, const std::string& path) {
  Arguments told;
  for (const auto& [key, entry] : file.entries) put(*find(key), entry.value, told);
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

Result<ConfigFile> read_config(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail({.code = ErrorCode::not_found, .message = "the configuration cannot be read", .detail = {}, .hint = "name a file that is there", .where = path});
  ConfigFile file;
  std::string line;
  for (std::uint32_t number = 1; std::getline(stream, line); ++number) LineReader(line, number, path, file).read();
  if (stream.bad() || !stream.eof()) return fail({.code = ErrorCode::failure, .message = "the configuration cannot be read", .detail = {}, .hint = "name a file, not a directory", .where = path});
  const auto cert = file.entries.find("tls_cert");
  const auto key = file.entries.find("tls_key");
  if ((cert == file.entries.end()) != (key == file.entries.end())) {
    const bool has_cert = cert != file.entries.end();
    const ConfigFile::Entry& there = has_cert ? cert->second : key->second;
    Error error{.code = ErrorCode::invalid, .message = fmt::format("'{}' needs '{}' beside it", has_cert ? "tls_cert" : "tls_key", has_cert ? "tls_key" : "tls_cert"), .detail = {}, .hint = "TLS takes a certificate and its key", .where = path};
    error.position.line = there.line;
    error.position.column = there.column;
    file.faults.push_back(std::move(error));
  }
  return file;
}

Result<std::vector<Held>> settle(Arguments& arguments, const Variables& variables) {
  const std::string path = !arguments.config.empty() ? arguments.config : variables(std::string(kConfigVariable)).value_or("");
  ConfigFile file;
  if (!path.empty()) {
    WM_TRY(file, read_config(path));
    if (!file.faults.empty()) return fail(file.faults.front());
  }
  std::vector<Held> all;
  for (const Setting& setting : kSettings) {
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
  for (const Setting& setting : kSettings) known.push_back(variable_of(setting));
  std::vector<std::string> notes;
  for (const std::string& name : names) {
    if (!name.starts_with(kPrefix) || std::ranges::find(known, name) != known.end()) continue;
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
