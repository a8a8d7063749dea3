#include "durable/arguments.h"

#include <charconv>
#include <string_view>

namespace wanamaker::durable {

std::optional<Arguments> Arguments::read(int argc, char** argv, int first) {
  Arguments arguments;
  for (int i = first; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (!name.starts_with("--")) return std::nullopt;
    arguments.values_.insert_or_assign(std::string(name.substr(2)), std::string(argv[i + 1]));
  }
  if ((argc - first) % 2 != 0) return std::nullopt;
  return arguments;
}

std::string Arguments::text(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? "" : found->second;
}

std::uint64_t Arguments::number(const std::string& name, std::uint64_t otherwise) const {
  const auto found = numbers(name);
  return found.empty() ? otherwise : found.front();
}

std::vector<std::uint64_t> Arguments::numbers(const std::string& name) const {
  std::vector<std::uint64_t> found;
  const std::string given = text(name);
  for (const char* at = given.data(); at < given.data() + given.size();) {
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(at, given.data() + given.size(), value);
    if (fault != std::errc()) break;
    found.push_back(value);
    at = end + 1;
  }
  return found;
}

}  // namespace wanamaker::durable
