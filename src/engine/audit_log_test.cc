#include "engine/audit_log.h"

#include <gtest/gtest.h>

#include <vector>

namespace wanamaker::audit_log_test {
namespace {

constexpr Timestamp kNow{1'000'000'000};

NoteAudit noted(const std::string& action, const std::string& key = {}) { return {.who = "user 1", .action = action, .kind = "segment", .key = key, .from = "192.0.2.1"}; }

std::vector<std::uint64_t> numbers(const AuditLog& log, std::uint64_t after = 0) {
  std::vector<std::uint64_t> all;
  log.read(after, [&](const AuditEntry& entry) {
    all.push_back(entry.number);
    return true;
  });
  return all;
}

TEST(AuditLog, NumbersWhatIsDone) {
  AuditLog log;
  for (const char* action : {"set", "login refused", "delete"}) log.apply(noted(action), kNow);
  EXPECT_EQ(numbers(log), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(numbers(log, 1), (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(log.first(), 1U);
  EXPECT_EQ(log.last(), 3U);
}

// Whoever tries out passwords pushes out what he tried before, and no change.
TEST(AuditLog, AFloodOfWhatIsRefusedPushesOutNoChange) {
  AuditLog log;
  log.apply(noted("set", "vip"), kNow);
  for (std::size_t i = 0; i < kAuditRefusedMax + 10; ++i) log.apply(noted("login refused"), kNow);
  log.apply(noted("delete", "vip"), kNow);
  const auto all = numbers(log);
  EXPECT_EQ(all.size(), kAuditRefusedMax + 2);
  EXPECT_EQ(all[0], 1U);
  EXPECT_EQ(all[1], 12U);
  EXPECT_EQ(all.back(), kAuditRefusedMax + 12);
  auto read = AuditLog::decode(log.encode());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(numbers(*read), all);
  EXPECT_EQ(read->encode(), log.encode());
}

TEST(AuditLog, BytesSayAllAlsoWhereNothingIsKept) {
  AuditLog log;
  log.apply(noted("set"), kNow);
  log.apply(noted("password refused"), Timestamp{kNow.ms + 1});
  log.apply(noted("set"), Timestamp{kNow.ms + 2});
  for (const std::int64_t later : {std::int64_t{0}, kAuditKeptMs + 1, kAuditKeptMs + 2, kAuditKeptMs + 3}) {
    log.expire(Timestamp{kNow.ms + later});
    auto read = AuditLog::decode(log.encode());
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(numbers(*read), numbers(log));
    EXPECT_EQ(read->last(), 3U);
    EXPECT_EQ(read->first(), log.first());
    EXPECT_EQ(read->encode(), log.encode());
  }
}

}  // namespace
}  // namespace wanamaker::audit_log_test
