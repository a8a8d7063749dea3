#pragma once
// The arguments of the programs of these tests.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wanamaker::durable {

// `--NAME VALUE` pairs. Immutable.
class Arguments {
 public:
  static std::optional<Arguments> read(int argc, char** argv, int first);
  bool has(const std::string& name) const { return values_.contains(name); }
  std::string text(const std::string& name) const;
  std::uint64_t number(const std::string& name, std::uint64_t otherwise) const;
  std::vector<std::uint64_t> numbers(const std::string& name) const;  // between commas

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace wanamaker::durable
