#include "api/http/credentials.h"

#include <sodium.h>

#include <algorithm>

namespace wanamaker {

bool has_scheme(std::string_view header, std::string_view scheme) {
  if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return false;
  return std::ranges::equal(header.substr(0, scheme.size()), scheme, {}, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

BasicCredentials basic_of(std::string_view encoded) {
  std::string decoded(encoded.size(), '\0');
  std::size_t size = 0;
  const int good = sodium_base642bin(reinterpret_cast<unsigned char*>(decoded.data()), decoded.size(), encoded.data(), encoded.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
  if (good != 0) return {};
  decoded.resize(size);
  const std::size_t colon = decoded.find(':');
  return {.user = decoded.substr(0, colon), .password = colon == std::string::npos ? std::string() : decoded.substr(colon + 1)};
}

}  // namespace wanamaker
