// When the files of a store are rewritten: each test waits for the rewriting itself.

#include "engine/rewriter.h"

#include <gtest/gtest.h>

#include <future>

namespace wanamaker {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(RewriterTest, RewritesAfterAnErasure) {
  std::promise<void> done;
  Rewriter rewriter([&] { return done.set_value(), true; }, {.after_erasure = milliseconds(1), .after_start = hours(1), .after_failure = hours(1)});
  rewriter.note_erasure();
  done.get_future().get();
}

TEST(RewriterTest, WhatIsDueFirstCounts) {
  std::promise<void> done;
  Rewriter rewriter([&] { return done.set_value(), true; }, {.after_erasure = hours(1), .after_start = milliseconds(1), .after_failure = hours(1)});
  rewriter.note_erasure();
  rewriter.note_older_erasures();
  rewriter.note_erasure();
  done.get_future().get();
}

TEST(RewriterTest, TriesAgainAfterAFailure) {
  std::promise<void> done;
  int tries = 0;
  Rewriter rewriter(
      [&] {
        if (++tries < 3) return false;
        done.set_value();
        return true;
      },
      {.after_erasure = milliseconds(1), .after_start = hours(1), .after_failure = milliseconds(1)});
  rewriter.note_erasure();
  done.get_future().get();
  EXPECT_EQ(tries, 3);
}

TEST(RewriterTest, EndsWhileSomethingIsDue) {
  bool was_called = false;
  {
    Rewriter rewriter([&] { return was_called = true; }, {});
    rewriter.note_erasure();
    rewriter.note_older_erasures();
  }
  EXPECT_FALSE(was_called);
}

}  // namespace
}  // namespace wanamaker
