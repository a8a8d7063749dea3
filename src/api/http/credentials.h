#pragma once
// The header `Authorization`, taken apart. Pure functions.

#include <string>
#include <string_view>

namespace wanamaker {

// Whether it begins with that scheme, in whatever letters; `scheme` is in small ones.
bool has_scheme(std::string_view header, std::string_view scheme);

struct BasicCredentials {
  std::string user;
  std::string password;
};
// What stands behind `Basic `; empty where it is no base64.
BasicCredentials basic_of(std::string_view encoded);

}  // namespace wanamaker
