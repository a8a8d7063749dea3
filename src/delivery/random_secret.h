#pragma once
// Texts of random bytes that nobody guesses: secrets of webhooks, keys, tokens of sessions; and bytes as base64. Thread-safe.
// Source: libsodium.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace wanamaker {

enum class Base64 : std::uint8_t { padded, for_addresses };  // the second with - and _, and without = at its end

std::string base64_of(std::span<const unsigned char> bytes, Base64 form);
// Of so many random bytes.
std::string random_secret(std::size_t bytes, Base64 form);

}  // namespace wanamaker
