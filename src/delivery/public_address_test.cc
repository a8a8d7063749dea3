#include "delivery/public_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace wanamaker {
namespace {

bool says_public(const char* text) {
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, text, four.data()) == 1) return is_public(four);
  std::array<std::uint8_t, 16> six{};
  EXPECT_EQ(inet_pton(AF_INET6, text, six.data()), 1) << text;
  return is_public(six);
}

TEST(PublicAddress, WhatIsAnybodys) {
  for (const char* text : {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "198.17.255.255", "198.20.0.0",
                           "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::200e", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"})
    EXPECT_TRUE(says_public(text)) << text;
}

TEST(PublicAddress, WhatIsOfTheHouse) {
  for (const char* text : {"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.168.0.1", "198.18.0.1", "198.19.255.255",
                           "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1",
                           "2001:db8::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "100::1", "4000::1"})
    EXPECT_FALSE(says_public(text)) << text;
}

}  // namespace
}  // namespace wanamaker
