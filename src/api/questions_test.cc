// A question is told when its time is over, when nobody waits for it any more, and when the process ends; and never before.

#include "api/questions.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace wanamaker {
namespace {

using namespace std::chrono_literals;

// Hangs where the sign is never raised, which the suite's own limit of time finds.
ErrorCode why_it_ends(const Questions::Asked& asked) {
  while (!asked.sign().is_raised()) std::this_thread::yield();
  return asked.why().code;
}

TEST(Questions, AreToldWhenTheirTimeIsOver) {
  Questions questions(1ms);
  const Questions::Asked first(questions, nullptr);
  EXPECT_EQ(why_it_ends(first), ErrorCode::takes_too_long);
  const Questions::Asked next(questions, nullptr);  // the thread slept meanwhile
  EXPECT_EQ(why_it_ends(next), ErrorCode::takes_too_long);
}

TEST(Questions, WithoutALimitEndWithWhoAsksAlone) {
  Questions questions(0ms);
  const Questions::Asked waits(questions, nullptr);
  std::atomic<bool> is_gone = false;
  std::optional<Questions::Asked> leaves(std::in_place, questions, [&] { return is_gone.load(); });
  EXPECT_FALSE(leaves->sign().is_raised());
  is_gone = true;
  EXPECT_EQ(why_it_ends(*leaves), ErrorCode::interrupted);
  leaves.reset();
  EXPECT_FALSE(waits.sign().is_raised());
}

TEST(Questions, AreGivenWayToForAsLongAsThereIsLeft) {
  Questions questions(0ms);
  Questions::Clock::duration left = 1h;
  questions.give_way(left);
  EXPECT_EQ(left, 1h);
  std::optional<Questions::Asked> asked(std::in_place, questions, nullptr);
  std::atomic<bool> is_through = false;
  std::jthread other([&] {
    questions.give_way(left);
    is_through = true;
  });
  EXPECT_FALSE(is_through);
  asked.reset();
  other.join();  // long before its hour is over
  asked.emplace(questions, nullptr);
  left = 1ms;
  questions.give_way(left);
  EXPECT_LE(left, 0ms);
  questions.give_way(left);
}

TEST(Questions, EndWithTheProcess) {
  Questions questions(1h);
  const Questions::Asked before(questions, nullptr);
  EXPECT_FALSE(before.sign().is_raised());
  questions.end(1ms);
  EXPECT_EQ(why_it_ends(before), ErrorCode::interrupted);
  const Questions::Asked after(questions, nullptr);
  EXPECT_EQ(why_it_ends(after), ErrorCode::interrupted);
}

}  // namespace
}  // namespace wanamaker
