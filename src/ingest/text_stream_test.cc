#include "ingest/text_stream.h"

#include "ingest/memory_target.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

// The text comes in a window; the hash is that of what has been consumed, wherever the window ended.
TEST(TextStream, HashesWhatIsConsumed) {
  const TestDirectory directory;
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "row " + std::to_string(i) + "\n";
  auto stream = TextStream::open(directory.write("t", text), Encoding::utf8);
  ASSERT_TRUE(stream);
  std::size_t taken = 0;
  while (!stream->available().empty() || stream->more()) {
    const std::size_t size = std::min<std::size_t>(stream->available().size(), 77'777);
    EXPECT_EQ(stream->available().substr(0, size), std::string_view(text).substr(taken, size));
    stream->consume(size);
    taken += size;
    EXPECT_EQ(stream->prefix_hash(), hash_hex(std::string_view(text).substr(0, taken)));
  }
  EXPECT_EQ(taken, text.size());
  EXPECT_EQ(stream->offset(), text.size());
  EXPECT_FALSE(stream->failure());
}

TEST(TextStream, WhatIsSkippedCountsWithWhatComesBehind) {
  const TestDirectory directory;
  auto stream = TextStream::open(directory.write("t", "ab\n\ncd\n"), Encoding::utf8);
  ASSERT_TRUE(stream->more());
  stream->consume(2);
  stream->skip(2);
  EXPECT_EQ(stream->offset(), 2U);
  EXPECT_EQ(stream->prefix_hash(), hash_hex("ab"));
  stream->consume(2);
  EXPECT_EQ(stream->offset(), 6U);
  EXPECT_EQ(stream->prefix_hash(), hash_hex("ab\n\ncd"));
}

}  // namespace
}  // namespace wanamaker
