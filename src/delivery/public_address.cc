#include "delivery/public_address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace wanamaker {
namespace {

struct Range4 {
  std::array<std::uint8_t, 4> first;
  unsigned bits;
};
constexpr Range4 kHouse4[] = {{{0, 0, 0, 0}, 8},     {{10, 0, 0, 0}, 8},     {{100, 64, 0, 0}, 10},  {{127, 0, 0, 0}, 8},    {{169, 254, 0, 0}, 16},  {{172, 16, 0, 0}, 12}, {{192, 0, 0, 0}, 24}, {{192, 0, 2, 0}, 24},
                              {{192, 88, 99, 0}, 24}, {{192, 168, 0, 0}, 16}, {{198, 18, 0, 0}, 15}, {{198, 51, 100, 0}, 24}, {{203, 0, 113, 0}, 24}, {{224, 0, 0, 0}, 3}};
struct Range6 {
  std::array<std::uint8_t, 8> first;  // the rest is zero
  unsigned bits;
};
// Within 2000::/3, outside of which nothing is public.
constexpr Range6 kHouse6[] = {{{0x20, 0x01, 0x00, 0x00}, 23}, {{0x20, 0x01, 0x0d, 0xb8}, 32}, {{0x3f, 0xff}, 20}};

template <std::size_t A, std::size_t B>
bool is_in(const std::array<std::uint8_t, A>& address, const std::array<std::uint8_t, B>& first, unsigned bits) {
  for (unsigned bit = 0; bit < bits; ++bit) {
    const unsigned shift = 7 - bit % 8;
    if (((address[bit / 8] ^ first[bit / 8]) >> shift & 1) != 0) return false;
  }
  return true;
}

std::array<std::uint8_t, 4> four_of(const std::array<std::uint8_t, 16>& address, std::size_t from) { return {address[from], address[from + 1], address[from + 2], address[from + 3]}; }

}  // namespace

bool is_public(const std::array<std::uint8_t, 4>& address) {
  return std::ranges::none_of(kHouse4, [&](const Range4& range) { return is_in(address, range.first, range.bits); });
}

bool is_public(const std::array<std::uint8_t, 16>& address) {
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::array<std::uint8_t, 12> kTranslated = {0x00, 0x64, 0xff, 0x9b};
  if (is_in(address, kMapped, 96) || is_in(address, kTranslated, 96)) return is_public(four_of(address, 12));
  if (address[0] == 0x20 && address[1] == 0x02) return is_public(four_of(address, 2));  // 6to4
  if (address[0] >> 5 != 1) return false;
  return std::ranges::none_of(kHouse6, [&](const Range6& range) { return is_in(address, range.first, range.bits); });
}

bool is_public(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &four.sin_addr, bytes.size());
    return is_public(bytes);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
    return is_public(bytes);
  }
  return false;
}

}  // namespace wanamaker
