// Two generations of ids: none goes before what it was collected for is applied, and none stays for ever where something always waits.

#include "engine/message_ids.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

Command event_of(const std::string& message_id) {
  ImportBatch batch{.kind = BatchKind::events, .columns = {}, .rows = {}};
  batch.rows.push_back({.id = "jana", .at = Timestamp{0}, .event = "ping", .message_id = message_id});
  return {.accepted_at = {0}, .body = std::move(batch)};
}

TEST(MessageIds, AnIdGoesWithTheSecondTurn) {
  MessageIds ids;
  EXPECT_TRUE(ids.add(event_of("m1")));
  EXPECT_FALSE(ids.add(event_of("m1")));
  ids.turn(7);
  EXPECT_EQ(ids.older_until(), 7U);
  EXPECT_TRUE(ids.contains("m1"));
  EXPECT_FALSE(ids.add(event_of("m1"))) << "it may wait still";
  EXPECT_TRUE(ids.add(event_of("m2")));
  ids.turn(9);  // all up to 7 is applied
  EXPECT_FALSE(ids.contains("m1"));
  EXPECT_TRUE(ids.contains("m2"));
  EXPECT_TRUE(ids.add(event_of("m1")));
  ids.clear();
  EXPECT_FALSE(ids.contains("m1"));
  EXPECT_FALSE(ids.contains("m2"));
}

// An event without an id is never the same as another.
TEST(MessageIds, NoIdIsNoOnesId) {
  MessageIds ids;
  EXPECT_TRUE(ids.add(event_of("")));
  EXPECT_TRUE(ids.add(event_of("")));
  EXPECT_FALSE(ids.contains(""));
}

}  // namespace
}  // namespace wanamaker
