#pragma once
// Whose address it is, as far as it can be told: what is counted by address is counted by network. Pure.

#include <string>

namespace wanamaker {

// Of IPv6 the first 64 bits, since whoever has one such address has 2^64 of them; IPv4 as it is, also where it stands in IPv6. Another text as it is.
std::string network_of(const std::string& address);

}  // namespace wanamaker
