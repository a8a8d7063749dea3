#include "api/http/address.h"

#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace wanamaker {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus : std::uint8_t { plus, blank };

Result<std::string> decoded(std::string_view text, Plus plus) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = text.size() - i > 2 ? digit_of(text[i + 1]) : -1;
      const int low = text.size() - i > 2 ? digit_of(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(ErrorCode::usage, "the address holds a % that is not followed by two hexadecimal digits", "write % as %25");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (!is_valid_utf8(out)) return fail(ErrorCode::usage, "the address is not valid UTF-8");
  return out;
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    WM_TRY(std::string name, decoded(pair.substr(0, equals), Plus::blank));
    WM_TRY(std::string value, decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), Plus::blank));
    pairs.emplace_back(std::move(name), std::move(value));
  }
  return pairs;
}

Result<Address> parse_address(std::string_view target) {
  if (!target.starts_with('/')) return fail(ErrorCode::usage, "the address does not begin with a slash");
  Address address;
  const std::size_t mark = target.find('?');
  address.path = target.substr(0, mark);
  for (std::string_view rest = std::string_view(address.path).substr(1);;) {
    const std::size_t slash = rest.find('/');
    WM_TRY(std::string segment, decoded(rest.substr(0, slash), Plus::plus));
    address.segments.push_back(std::move(segment));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  WM_TRY(auto pairs, parse_form(mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1)));
  for (auto& [name, value] : pairs) {
    if (!address.query.emplace(name, std::move(value)).second) return fail(ErrorCode::usage, fmt::format("'{}' stands twice in the address", name));
  }
  return address;
}

Result<std::uint64_t> query_number(const Address& address, const std::string& name, std::uint64_t otherwise, std::uint64_t most) {
  const std::string* text = query_text(address, name);
  if (text == nullptr) return otherwise;
  std::uint64_t number = 0;
  const auto end = std::from_chars(text->data(), text->data() + text->size(), number);
  if (text->empty() || end.ec != std::errc() || end.ptr != text->data() + text->size() || number > most) {
    return fail(ErrorCode::usage, fmt::format("'{}' in the address is not a whole number from 0 to {}", name, most));
  }
  return number;
}

const std::string* query_text(const Address& address, const std::string& name) {
  const auto found = address.query.find(name);
  return found == address.query.end() ? nullptr : &found->second;
}

Result<bool> query_flag(const Address& address, const std::string& name) {
  const std::string* text = query_text(address, name);
  if (text == nullptr || *text == "false") return false;
  if (*text == "true") return true;
  return fail(ErrorCode::usage, fmt::format("'{}' in the address is neither true nor false", name));
}

}  // namespace wanamaker
