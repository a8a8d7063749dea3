#pragma once
// The address of a request, taken apart: path segments and query, percent-decoded. Pure functions.

#include "base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wanamaker {

struct Address {
  std::string path;                          // as sent
  std::vector<std::string> segments;         // decoded, without the empty one before the first slash
  std::map<std::string, std::string> query;  // decoded
};

// Errors: usage (a bad escape, a name that stands twice, text that is not UTF-8, a target that does not begin with a slash).
Result<Address> parse_address(std::string_view target);

// The pairs of a form or of a query, decoded, in their order. Errors: usage (a bad escape, text that is not UTF-8).
Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text);

inline constexpr std::uint64_t kRowsOfPage = 1'000;                      // where nothing is asked for
inline constexpr std::uint64_t kRowsOfPageMax = 10'000;
inline constexpr std::uint64_t kSequenceMax = std::uint64_t{1} << 62;    // of numbers that count what happened: changes, audit

// Whole numbers, instants and words of a query. Errors: usage, naming the parameter.
Result<std::uint64_t> query_number(const Address& address, const std::string& name, std::uint64_t otherwise, std::uint64_t most);
const std::string* query_text(const Address& address, const std::string& name);
// `true` or `false`; false where it is not there.
Result<bool> query_flag(const Address& address, const std::string& name);

}  // namespace wanamaker
