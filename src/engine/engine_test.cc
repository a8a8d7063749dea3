#include "engine/engine.h"

#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

namespace wanamaker {
namespace {

class EngineTest : public testing::Test {
 protected:
  EngineTest() : directory_(std::filesystem::temp_directory_path() / ("wanamaker-engine-" + std::to_string(getpid()))) { open(); }
  ~EngineTest() override {
    engine_.reset();
    std::filesystem::remove_all(directory_);
  }
  void open() {
    engine_.reset();
    auto opened = Engine::open(directory_.string());
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    engine_ = std::move(*opened);
  }
  Result<SubmitOutcome> submit(CommandBody body) { return engine_->submit({.accepted_at = {1'700'000'000'000}, .body = std::move(body)}); }
  static ImportBatch order(const std::string& contact, const std::string& message_id, std::int64_t amount) {
    return {.kind = BatchKind::events,
            .columns = {{.name = "amount", .type = ValueType::number}},
            .rows = {{.id = contact, .at = Timestamp{1'699'000'000'000}, .event = "order_completed", .message_id = message_id, .values = {Decimal(amount)}}}};
  }
  std::uint64_t count(const std::string& text) {
    const Base& base = engine_->base();
    const auto definition = compile(text, {.schema = base.schema, .catalog = base.catalog});
    EXPECT_TRUE(definition.has_value()) << definition.error().message;
    return Sweeper(best_kernels(), 1).sweep(*definition, base, engine_->zone(), {1'700'000'000'000}).count;
  }

  void define_write_and_read_at_once();

  std::filesystem::path directory_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineTest, WhatWasAcceptedIsThereAfterReopening) {
  ASSERT_TRUE(submit(order("jana", "m1", 10)).has_value());
  EXPECT_EQ(count("sum of amount for order_completed = 10"), 1U);
  open();
  EXPECT_EQ(count("sum of amount for order_completed = 10"), 1U);
}

TEST_F(EngineTest, OneMessageIdIsOneEvent) {
  EXPECT_EQ(submit(order("jana", "m1", 10))->applied, 1U);
  EXPECT_EQ(submit(order("jana", "m1", 10))->duplicates, 1U);
  const auto other = submit(order("jana", "m1", 11));
  ASSERT_EQ(other->rejects.size(), 1U);
  EXPECT_EQ(other->rejects[0].code, "message_id");
  EXPECT_EQ(count("did order_completed exactly 1 times"), 1U);
}

TEST_F(EngineTest, MergedContactsCountTogetherAndErasedOnesNowhere) {
  ASSERT_TRUE(submit(order("jana", "m1", 10)).has_value());
  ASSERT_TRUE(submit(order("jane", "m2", 5)).has_value());
  ASSERT_TRUE(submit(PutList{.key = "vip"}).has_value());
  ASSERT_TRUE(submit(AddToList{.key = "vip", .contact_ids = {"jane"}, .by = "", .note = ""}).has_value());
  ASSERT_TRUE(submit(MergeContacts{.from_id = "jane", .into_id = "jana"}).has_value());
  EXPECT_EQ(count("everyone"), 1U);
  EXPECT_EQ(count("sum of amount for order_completed = 15 and in list \"vip\""), 1U);
  EXPECT_FALSE(submit(MergeContacts{.from_id = "jane", .into_id = "jana"}).has_value());
  ASSERT_TRUE(submit(EraseContact{.contact_id = "jane"}).has_value());
  EXPECT_EQ(count("everyone"), 0U);
  open();
  EXPECT_EQ(count("everyone"), 0U);
  EXPECT_EQ(count("did order_completed"), 0U);
}

TEST_F(EngineTest, WhatIsDoneByHandSurvivesTheRuleAndARestart) {
  for (const char* contact : {"ann", "bob", "eve"}) ASSERT_TRUE(submit(order(contact, contact, 10)).has_value());
  ASSERT_TRUE(submit(PutSegment{.key = "small", .text = "sum of amount for order_completed < 5", .parameters = {}}).has_value());
  const auto by_hand = [&](Override what, const char* contact) { return submit(OverrideMembership{.key = "small", .what = what, .contact_ids = {contact}, .by = "jana", .note = ""}); };
  ASSERT_TRUE(by_hand(Override::added, "ann").has_value());
  EXPECT_EQ(count("in segment \"small\""), 1U);
  ASSERT_TRUE(by_hand(Override::removed, "bob").has_value());
  ASSERT_TRUE(submit(PutSegment{.key = "small", .text = "sum of amount for order_completed < 50", .parameters = {}}).has_value());
  EXPECT_EQ(count("in segment \"small\""), 2U);
  for (int i = 0; i < 2; ++i) {
    const Live& live = engine_->live();
    const std::uint64_t members = live.segments()[live.find("small")->value].members.count();
    EXPECT_EQ(members, 2U);
    ASSERT_TRUE(engine_->checkpoint().has_value());
    open();
  }
  std::vector<std::string> told;
  engine_->live().feed().read(0, [&](const Transition& one) {
    told.push_back(fmt::format("{} {} {}", engine_->base().contact_id(one.contact), name_of(one.turn), name_of(one.cause)));
    return true;
  });
  EXPECT_EQ(told, (std::vector<std::string>{"ann entered by_hand", "eve entered definition"}));
  ASSERT_TRUE(by_hand(Override::none, "ann").has_value());
  ASSERT_TRUE(by_hand(Override::none, "bob").has_value());
  EXPECT_EQ(count("in segment \"small\""), 3U);
  EXPECT_EQ(by_hand(Override::removed, "nobody").error().code, ErrorCode::not_found);
}

// Whether the clock ticked in that millisecond too or not.
TEST_F(EngineTest, WhatTimeEndsAtTheInstantOfAWriteEndsBeforeIt) {
  constexpr Timestamp kFirst{1'699'999'000'000};
  constexpr Timestamp kEnd{kFirst.ms + kMillisecondsPerDay};
  const auto buy = [&](const std::string& contact, const std::string& id, Timestamp at) {
    ImportBatch batch = order(contact, id, 10);
    batch.rows[0].at = at;
    return engine_->submit({.accepted_at = at, .body = std::move(batch)});
  };
  for (const bool ticks : {false, true}) {
    engine_.reset();
    std::filesystem::remove_all(directory_);
    open();
    for (const char* contact : {"ann", "bob"}) ASSERT_TRUE(buy(contact, contact, kFirst).has_value());
    ASSERT_TRUE(engine_->submit({.accepted_at = kFirst, .body = PutSegment{.key = "fresh", .text = "did order_completed in last 1 days", .parameters = {}}}).has_value());
    ASSERT_TRUE(engine_->submit({.accepted_at = kFirst, .body = PutSegment{.key = "stale", .text = "not did order_completed in last 1 days", .parameters = {}}}).has_value());
    if (ticks) {
      ASSERT_TRUE(engine_->submit({.accepted_at = kEnd, .body = AdvanceTime{}}).has_value());
    }
    ASSERT_TRUE(buy("ann", "again", kEnd).has_value());
    std::vector<std::string> told;
    const Live& live = engine_->live();
    live.feed().read(2, [&](const Transition& one) {  // behind the first members
      EXPECT_EQ(one.effective_at, kEnd);
      told.push_back(fmt::format("{} {} {} {}", engine_->base().contact_id(one.contact), name_of(one.turn), live.segments()[one.segment.value].key, name_of(one.cause)));
      return true;
    });
    EXPECT_EQ(told, (std::vector<std::string>{"ann left fresh time", "ann entered stale time", "bob left fresh time", "bob entered stale time", "ann entered fresh event", "ann left stale event"})) << ticks;
  }
}

TEST_F(EngineTest, AUsedSegmentStays) {
  ASSERT_TRUE(submit(PutSegment{.key = "all", .text = "everyone", .parameters = {}}).has_value());
  ASSERT_TRUE(submit(PutSegment{.key = "most", .text = "in segment \"all\"", .parameters = {}}).has_value());
  EXPECT_EQ(submit(DeleteSegment{.key = "all"}).error().code, ErrorCode::conflict);
  const auto cycle = submit(PutSegment{.key = "all", .text = "in segment \"most\"", .parameters = {}});
  ASSERT_FALSE(cycle.has_value());
  EXPECT_EQ(cycle.error().message, "segment cycle: all → most → all");
}

// Threads share syncs; what each was told is there, before and after a start.
TEST_F(EngineTest, WritersOfManyThreadsAllCount) {
  constexpr int kThreads = 8;
  constexpr int kEach = 30;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < kEach; ++i) EXPECT_TRUE(submit(order(fmt::format("c{}", thread), fmt::format("m{}-{}", thread, i), i)).has_value());
      });
    }
  }
  EXPECT_EQ(count(fmt::format("did order_completed at least {} times", kEach)), kThreads);
  const std::uint64_t before = engine_->state_hash();
  open();
  EXPECT_EQ(engine_->state_hash(), before);
}

TEST_F(EngineTest, ACheckpointRunsBesideWriting) {
  constexpr int kOrders = 200;
  {
    std::jthread writer([&] {
      for (int i = 0; i < kOrders; ++i) EXPECT_TRUE(submit(order(fmt::format("c{}", i % 7), fmt::format("m{}", i), i)).has_value());
    });
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(engine_->checkpoint().has_value());
  }
  EXPECT_TRUE(submit(EraseContact{.contact_id = "c3"}).has_value());
  EXPECT_TRUE(engine_->rewrite().has_value());
  const std::uint64_t before = engine_->state_hash();
  open();
  EXPECT_EQ(engine_->state_hash(), before);
  EXPECT_EQ(count("did order_completed"), 6U);
}

// A late retry over the network brings nobody back; an import under the same ids is meant. After seven days only the import's word counts.
TEST_F(EngineTest, MessageIdsOfTheErasedAreKnownForAWhile) {
  const auto retry = [&](std::int64_t days_later) {
    return engine_->submit({.accepted_at = {1'700'000'000'000 + days_later * kMillisecondsPerDay}, .body = order("jana", "m1", 10)}, Forgotten::are_duplicates);
  };
  ASSERT_TRUE(submit(order("jana", "m1", 10)).has_value());
  ASSERT_TRUE(submit(EraseContact{.contact_id = "jana"}).has_value());
  const std::uint64_t forgotten = engine_->state_hash();
  EXPECT_EQ(retry(1)->duplicates, 1U);
  open();
  EXPECT_EQ(retry(2)->duplicates, 1U);
  ASSERT_TRUE(engine_->checkpoint().has_value());
  open();
  EXPECT_EQ(retry(7)->duplicates, 1U);
  EXPECT_FALSE(engine_->base().find_contact("jana").has_value());
  ASSERT_TRUE(engine_->submit({.accepted_at = {1'700'000'000'001 + 7 * kMillisecondsPerDay}, .body = SetZone{.zone = "UTC"}}).has_value());
  EXPECT_FALSE(engine_->is_forgotten("m1"));
  EXPECT_NE(engine_->state_hash(), forgotten);
  EXPECT_EQ(retry(8)->applied, 1U);
}

// One message id in two commands of one group: the second is judged after the first, as if they had come one by one.
TEST_F(EngineTest, AMessageIdCountsOnceAmongThreads) {
  std::atomic<int> duplicates = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        const auto outcome = submit(order("c1", "same", 5));
        ASSERT_TRUE(outcome.has_value());
        duplicates += static_cast<int>(outcome->duplicates);
      });
    }
  }
  EXPECT_EQ(duplicates, 7);
  EXPECT_EQ(count("did order_completed at least 2 times"), 0U);
}

// What is acknowledged while somebody reads is there for who reads next.
// Many of them go into one block, of which nothing is applied while the rest is judged.
TEST_F(EngineTest, AnIdIsSpentOnceAmongThreads) {
  ASSERT_TRUE(submit(order("jana", "m0", 1)).has_value());
  constexpr int kThreads = 16;
  constexpr int kRounds = 20;
  std::atomic<int> taken = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int round = 0; round < kRounds; ++round) {
          const auto spends = [&](const SubmitOutcome&) { return std::vector<CommandBody>{SpendIds{{fmt::format("token {}", round)}}}; };
          const auto done = engine_->submit({.accepted_at = {1'700'000'000'000}, .body = order("jana", fmt::format("m{}-{}", thread, round), 1)}, Forgotten::are_taken, spends);
          if (done) ++taken;
          else if (done.error().code == ErrorCode::conflict) ++refused;
        }
      });
    }
  }
  EXPECT_EQ(taken, kRounds);
  EXPECT_EQ(refused, (kThreads - 1) * kRounds);
  EXPECT_EQ(count(fmt::format("sum of amount for order_completed = {}", kRounds + 1)), 1U);
}

TEST_F(EngineTest, WhoReadsHoldsUpNoAcknowledgement) {
  ASSERT_TRUE(submit(order("jana", "m0", 1)).has_value());
  {
    ReadingLock reads(engine_->reading());
    std::thread([&] {
      for (const std::string id : {"m1", "m2"}) EXPECT_EQ(submit(order("jana", id, 2))->applied, 1U);
    }).join();
    EXPECT_EQ(count("did order_completed at least 2 times"), 0U) << "who reads sees one state";
  }
  EXPECT_EQ(count("did order_completed exactly 3 times"), 1U);
  EXPECT_EQ(submit(order("jana", "m1", 2))->duplicates, 1U);
  open();
  EXPECT_EQ(count("did order_completed exactly 3 times"), 1U);
}

TEST_F(EngineTest, AMessageIdOfWhatWaitsCountsOnce) {
  ASSERT_TRUE(submit(order("jana", "m0", 1)).has_value());
  std::optional<ReadingLock> reads(engine_->reading());
  std::thread([&] { EXPECT_EQ(submit(order("jana", "m1", 2))->applied, 1U); }).join();
  std::thread again([&] { EXPECT_EQ(submit(order("jana", "m1", 2))->duplicates, 1U); });  // waits for who reads
  reads.reset();
  again.join();
  EXPECT_EQ(count("did order_completed exactly 2 times"), 1U);
}

// Something always waits here, so that there is no instant at which all ids could be forgotten at once.
TEST_F(EngineTest, AMessageIdCountsOnceAcrossGenerationsOfWhatWaits) {
  constexpr int kOrders = 400;
  engine_->apply_beside();
  ASSERT_TRUE(submit(order("jana", "m", 1)).has_value());
  const auto id_of = [](int i) { return fmt::format("m{}", i); };
  std::atomic<std::uint64_t> applied = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 3; ++thread) {  // the same orders, two of them some behind the first
      threads.emplace_back([&, thread] {
        for (int i = 0; i < kOrders; ++i) applied += submit(order("jana", id_of((i + kOrders - 7 * thread) % kOrders), 1))->applied;
      });
    }
    for (int i = 0; i < 20; ++i) const ReadingLock reads(engine_->reading());
  }
  EXPECT_EQ(applied, std::uint64_t{kOrders});
  engine_->reading().pass();
  EXPECT_EQ(count(fmt::format("did order_completed exactly {} times", kOrders + 1)), 1U);
  EXPECT_EQ(submit(order("jana", id_of(0), 1))->duplicates, 1U);
}

// What has to wait for who reads, since it is judged by what waits itself, waits alone.
TEST_F(EngineTest, WhoWaitsForReadersHoldsUpNobodyElse) {
  engine_->apply_beside();
  ASSERT_TRUE(submit(order("jana", "m0", 1)).has_value());
  ASSERT_TRUE(submit(order("otto", "m", 1)).has_value());
  std::optional<ReadingLock> reads(engine_->reading());
  std::thread([&] { EXPECT_EQ(submit(order("jana", "m1", 2))->applied, 1U); }).join();
  std::jthread again([&] { EXPECT_EQ(submit(order("jana", "m1", 2))->duplicates, 1U); });
  std::jthread erased([&] { EXPECT_TRUE(submit(EraseContact{.contact_id = "otto"}).has_value()); });
  std::thread([&] {
    for (const std::string id : {"m2", "m3"}) EXPECT_EQ(submit(order("eve", id, 2))->applied, 1U);
  }).join();
  reads.reset();
  again.join();
  erased.join();
  const ReadingLock all(engine_->reading());
  EXPECT_EQ(count("did order_completed exactly 2 times"), 2U);
}

// Definitions are saved and time passes while others write and read: each reader sees memberships that agree with their rules, and replay makes the same.
void EngineTest::define_write_and_read_at_once() {
  constexpr int kRounds = 40;
  const auto at = [](int i) { return Timestamp{1'700'000'000'000 + i * kMillisecondsPerDay}; };
  const auto submit_at = [&](int i, CommandBody body) { EXPECT_TRUE(engine_->submit({.accepted_at = at(i), .body = std::move(body)}).has_value()); };
  submit_at(0, order("c0", "first", 1));
  submit_at(0, PutSegment{.key = "lately", .text = "did order_completed in last 20 days", .parameters = {}});
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] {
      for (int i = 0; i < kRounds; ++i) {
        ImportBatch batch = order(fmt::format("c{}", i % 11), fmt::format("m{}", i), i);
        batch.rows[0].at = at(i);
        submit_at(i, std::move(batch));
      }
    });
    threads.emplace_back([&] { for (int i = 0; i < kRounds; ++i) submit_at(i, PutSegment{.key = fmt::format("s{}", i % 5), .text = fmt::format("sum of amount for order_completed in last {} days > 3", 1 + i), .parameters = {}}); });
    threads.emplace_back([&] { for (int i = 0; i < kRounds; ++i) submit_at(i, AdvanceTime{}); });
    threads.emplace_back([&] { for (int i = 0; i < 5; ++i) EXPECT_TRUE(engine_->checkpoint().has_value()); });
    for (int i = 0; i < 2 * kRounds; ++i) {
      ReadingLock reads(engine_->reading());
      const Base& base = engine_->base();
      for (const LiveSegment& segment : engine_->live().segments()) {
        const auto definition = compile(base.catalog.segments.at(segment.key).text, {.schema = base.schema, .catalog = base.catalog});
        EXPECT_EQ(Sweeper(best_kernels(), 1).sweep(*definition, base, engine_->zone(), engine_->live().settled_at()).count, segment.members.count()) << segment.key;
      }
    }
  }
  engine_->reading().pass();
  const std::uint64_t before = engine_->state_hash();
  open();
  EXPECT_EQ(engine_->state_hash(), before);
}

TEST_F(EngineTest, DefinitionsAndTimeGoOnBesideWritingAndReading) { define_write_and_read_at_once(); }

TEST_F(EngineTest, TheyGoOnWithAThreadThatApplies) {
  engine_->apply_beside();
  define_write_and_read_at_once();
}

// More waits when who reads leaves than he applies as he does: whoever applies the rest, all of it is there for who reads next.
TEST_F(EngineTest, MuchThatWaitedForAReaderIsThereForTheNext) {
  engine_->apply_beside();
  ASSERT_TRUE(submit(order("jana", "m0", 1)).has_value());
  ASSERT_TRUE(submit(PutSegment{.key = "buyers", .text = "did order_completed in last 20 days", .parameters = {}}).has_value());
  {
    const ReadingLock reads(engine_->reading());
    std::thread([&] {
      for (int i = 1; i <= 2'000; ++i) EXPECT_EQ(submit(order(fmt::format("c{}", i), fmt::format("m{}", i), 2))->applied, 1U);
    }).join();
  }
  engine_->reading().pass();
  EXPECT_EQ(count("did order_completed exactly 1 times"), 2'001U);
  const std::uint64_t before = engine_->state_hash();
  open();
  EXPECT_EQ(engine_->state_hash(), before);
}

}  // namespace
}  // namespace wanamaker
