#include "cli/config_file.h"

#include "cli/setting.h"
#include "language/diagnostic.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <optional>
#include <string_view>

namespace wanamaker {
namespace {

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
    const Setting* setting = find_setting(key);
    if (setting == nullptr) {
      const std::string near = nearest(key, setting_keys());
      return fault(key_at, fmt::format("unknown setting '{}'{}", key, near.empty() ? "" : fmt::format(". Did you mean '{}'?", near)), fmt::format("the settings are {}", fmt::join(setting_keys(), ", ")));
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

}  // namespace

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

}  // namespace wanamaker
