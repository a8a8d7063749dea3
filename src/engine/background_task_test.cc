#include "engine/background_task.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

namespace wanamaker {
namespace {

// Work that says when it begins, and goes on when it is let.
struct Work {
  std::counting_semaphore<> began{0};
  std::counting_semaphore<> may_go_on{0};
  std::atomic<int> times = 0;

  void operator()() {
    began.release();
    may_go_on.acquire();
    ++times;
  }
};

// Told once, it is done once, in a thread of its own.
TEST(BackgroundTask, DoesWhatIsDue) {
  std::binary_semaphore done(0);
  std::thread::id doer;
  BackgroundTask task([&] {
    doer = std::this_thread::get_id();
    done.release();
  });
  task.wake();
  done.acquire();
  EXPECT_NE(doer, std::this_thread::get_id());
}

TEST(BackgroundTask, HoweverOftenItIsToldMeanwhileItIsDoneOnceMore) {
  Work work;
  BackgroundTask task([&] { work(); });
  task.wake();
  work.began.acquire();
  for (int i = 0; i < 5; ++i) task.wake();
  work.may_go_on.release();
  work.began.acquire();
  work.may_go_on.release(4);  // of which it needs one
  task.end();
  EXPECT_EQ(work.times, 2);
}

TEST(BackgroundTask, ItsEndComesAfterWhatGoesOn) {
  Work work;
  BackgroundTask task([&] { work(); });
  task.wake();
  work.began.acquire();
  task.wake();  // due, and not begun when it ends
  std::jthread other([&] { work.may_go_on.release(2); });
  task.end();
  EXPECT_GE(work.times, 1);
}

TEST(BackgroundTask, NothingIsDoneAfterItsEnd) {
  Work work;
  {
    BackgroundTask task([&] { work(); });
    task.end();
    task.wake();
    task.end();
  }
  EXPECT_EQ(work.times, 0);
}

}  // namespace
}  // namespace wanamaker
