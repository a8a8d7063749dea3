#pragma once
// Which network addresses are anybody's, and which may be of the house that the server stands in: its own, private, link-local, shared,
// multicast, reserved ones, and those that hold such a one inside. What is not known to be public is not. Pure functions.
// Source: the special-purpose registries of IANA (RFC 6890).

#include <array>
#include <cstdint>
#include <span>

struct sockaddr;

namespace wanamaker {

bool is_public(const std::array<std::uint8_t, 4>& address);
bool is_public(const std::array<std::uint8_t, 16>& address);
// Of another family: no.
bool is_public(const sockaddr& address);

}  // namespace wanamaker
