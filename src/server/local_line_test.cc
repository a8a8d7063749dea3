#include "server/local_line.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

namespace wanamaker {
namespace {

std::array<int, 2> two_sockets() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  return ends;
}

TEST(LocalLine, PartsComeAsTheyWereSent) {
  const auto ends = two_sockets();
  const LocalLine one(ends[0]);
  const LocalLine other(ends[1]);
  const std::string large(3U << 20, 'x');
  std::jthread sender([&] {
    for (const std::string& text : {std::string("hello"), std::string(), std::string("\0\xff", 2), large}) EXPECT_TRUE(one.send('o', text).has_value());
    ::shutdown(ends[0], SHUT_WR);
  });
  for (const std::string& text : {std::string("hello"), std::string(), std::string("\0\xff", 2), large}) {
    const auto part = other.receive();
    ASSERT_TRUE(part.has_value() && part->has_value());
    EXPECT_EQ((*part)->sign, 'o');
    EXPECT_EQ((*part)->bytes, text);
  }
  const auto end = other.receive();
  ASSERT_TRUE(end.has_value());
  EXPECT_FALSE(end->has_value());
}

TEST(LocalLine, WhatIsCutOrTooLargeIsNoPart) {
  for (const std::string& bytes : {std::string("o\x05"), std::string("o\x05\x00\x00\x00" "abc", 8), std::string("o\xff\xff\xff\xff", 5)}) {
    const auto ends = two_sockets();
    const LocalLine line(ends[0]);
    ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(ends[1]);
    EXPECT_FALSE(line.receive().has_value()) << bytes;
  }
}

TEST(LocalLine, NothingMoreComesOnceItIsEnded) {
  const auto ends = two_sockets();
  const LocalLine one(ends[0]);
  const LocalLine other(ends[1]);
  std::jthread reader([&] { EXPECT_FALSE(one.receive()->has_value()); });
  one.end();
}

TEST(LocalLine, NobodyServesThere) {
  const auto line = LocalLine::to(testing::TempDir() + "no such directory");
  ASSERT_TRUE(line.has_value());
  EXPECT_FALSE(line->has_value());
}

}  // namespace
}  // namespace wanamaker
