#pragma once
// Bodies packed and unpacked by gzip. Pure functions.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace wanamaker {

enum class UnpackFault : std::uint8_t { damaged, too_large };

// Whether bytes begin as gzip does: some SDKs do not say so in a header.
bool looks_packed(std::string_view bytes);
// At most `bytes_max` come out, and no more than that is allocated.
std::expected<std::string, UnpackFault> unpack(std::string_view packed, std::size_t bytes_max);
std::string pack(std::string_view bytes);

}  // namespace wanamaker
