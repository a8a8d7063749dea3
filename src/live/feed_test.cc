#include "live/feed.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

Feed feed_of(std::uint32_t changes) {
  Feed feed;
  for (std::uint32_t i = 0; i < changes; ++i) {
    Transition one{.segment = {i % 7}, .version = 1, .contact = {i * 31 % 1'000}, .turn = i % 2 == 0 ? Turn::entered : Turn::left, .cause = Cause::by_hand, .effective_at = {i}, .recorded_at = {i}};
    feed.append(one);
  }
  return feed;
}

TEST(Feed, IsReadForwardsAndBackwardsAlike) {
  for (const std::uint32_t changes : {0U, 1U, Feed::kEntries, Feed::kEntries + 1, 3 * Feed::kEntries - 5}) {
    const Feed feed = feed_of(changes);
    std::vector<Transition> forwards;
    feed.read(0, [&](const Transition& one) {
      forwards.push_back(one);
      return true;
    });
    std::vector<Transition> backwards;
    feed.read_back([&](const Transition& one) {
      backwards.push_back(one);
      return true;
    });
    std::ranges::reverse(backwards);
    EXPECT_EQ(forwards.size(), changes);
    EXPECT_EQ(forwards, backwards);
  }
}

TEST(Feed, ReadingBackEndsWhereItIsToldTo) {
  Feed feed = feed_of(2 * Feed::kEntries);
  std::uint64_t last = 0;
  feed.read_back([&](const Transition& one) { return (last = one.number) > Feed::kEntries; });
  EXPECT_EQ(last, Feed::kEntries);
  feed.keep(Feed::kEntries);
  std::uint64_t count = 0;
  feed.read_back([&](const Transition&) { return ++count > 0; });
  EXPECT_EQ(count, Feed::kEntries) << "what is forgotten is not read";
}

}  // namespace
}  // namespace wanamaker
