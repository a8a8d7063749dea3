#include "engine/kept_answers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace wanamaker::kept_answers_test {
namespace {

constexpr Timestamp kNow{1'000'000'000};

KeepAnswer answer_to(const std::string& asker, int number, std::size_t bytes, const std::string& subjects = {}) {
  return {.id = fmt::format("{:>32}", asker + std::to_string(number)), .request = std::string(kAnswerIdBytes, 'r'), .sealed = std::string(bytes, 's'), .subjects = subjects, .asker = asker};
}

// One who asks without end lets go of what was answered to him; that he asked is still known, and nobody else loses anything.
TEST(KeptAnswers, WhoeverHasMostLetsGoFirst) {
  KeptAnswers answers;
  answers.apply(answer_to("modest", 1, 1'000), kNow);
  const int many = static_cast<int>(2 * kAnswersBytesMax / kAnswerBytesMax);
  for (int i = 0; i < many; ++i) answers.apply(answer_to("greedy", i, kAnswerBytesMax), kNow);
  EXPECT_EQ(answers.find(answer_to("modest", 1, 0).id, kNow)->sealed.size(), 1'000U);
  ASSERT_NE(answers.find(answer_to("greedy", 0, 0).id, kNow), nullptr);
  EXPECT_EQ(answers.find(answer_to("greedy", 0, 0).id, kNow)->sealed.size(), 0U);
  EXPECT_EQ(answers.find(answer_to("greedy", many - 1, 0).id, kNow)->sealed.size(), kAnswerBytesMax);
}

TEST(KeptAnswers, BeyondTheirNumberTheOldestOfWhoeverHasMostGo) {
  KeptAnswers answers;
  answers.apply(answer_to("modest", 1, 1), kNow);
  for (std::size_t i = 0; i < kAnswersMax; ++i) answers.apply(answer_to("greedy", static_cast<int>(i), 0), kNow);
  EXPECT_NE(answers.find(answer_to("modest", 1, 0).id, kNow), nullptr);
  EXPECT_EQ(answers.find(answer_to("greedy", 0, 0).id, kNow), nullptr);
  EXPECT_NE(answers.find(answer_to("greedy", 1, 0).id, kNow), nullptr);
}

TEST(KeptAnswers, OneThatTellsOfSeveralIsForgottenWithEach) {
  KeptAnswers answers;
  answers.apply(answer_to("a", 1, 10, subject_of("jana") + subject_of("eva")), kNow);
  answers.apply(answer_to("a", 2, 10, subject_of("eva")), kNow);
  answers.forget(subject_of("jana"));
  EXPECT_TRUE(answers.find(answer_to("a", 1, 0).id, kNow)->sealed.empty());
  EXPECT_FALSE(answers.find(answer_to("a", 2, 0).id, kNow)->sealed.empty());
}

// What is written is read again as it was, and goes on alike; also what an older version wrote, which knew no askers.
TEST(KeptAnswers, BytesSayAll) {
  for (const bool is_old : {false, true}) {
    KeptAnswers answers;
    for (int i = 0; i < 20; ++i) answers.apply(answer_to(is_old ? "" : i % 3 == 0 ? "b" : "a", i, static_cast<std::size_t>(i), i % 4 == 0 ? subject_of("jana") : ""), Timestamp{kNow.ms + i});
    answers.forget(subject_of("jana"));
    auto read = KeptAnswers::decode(answers.encode());
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->encode(), answers.encode());
    for (KeptAnswers* one : {&answers, &*read}) one->expire(Timestamp{kNow.ms + 10 + kAnswersKeptMs});
    EXPECT_EQ(read->encode(), answers.encode());
    EXPECT_EQ(answers.find(answer_to(is_old ? "" : "b", 9, 0).id, kNow), nullptr);
    EXPECT_NE(answers.find(answer_to(is_old ? "" : "a", 10, 0).id, kNow), nullptr);
  }
}

}  // namespace
}  // namespace wanamaker::kept_answers_test
