#include "server/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <optional>
#include <string>

namespace wanamaker {
namespace {

// One thread that is busy until `go` opens, so that what is posted meanwhile waits.
class HeldPool {
 public:
  explicit HeldPool(std::size_t waiting_max) : pool_(std::in_place, 1U, 1U, waiting_max) {
    EXPECT_TRUE(pool_->post([this] {
      started_.count_down();
      go_.wait();
    }));
    started_.wait();
  }
  bool post(const std::string& asker) {
    return pool_->post([this, asker] { done_ += asker; }, asker);
  }
  std::size_t waiting() { return pool_->waiting(); }
  std::string finish() {
    go_.count_down();
    pool_.reset();
    return done_;
  }

 private:
  std::latch started_{1};
  std::latch go_{1};
  std::string done_;
  std::optional<WorkerPool> pool_;
};

TEST(WorkerPool, ThoseWhoAskTakeTurns) {
  HeldPool pool(100);
  for (const std::string asker : {"a", "a", "a", "a", "b", "c", "b"}) EXPECT_TRUE(pool.post(asker));
  EXPECT_EQ(pool.waiting(), 7U);
  EXPECT_EQ(pool.finish(), "abcabaa");
}

TEST(WorkerPool, AFullQueueTakesNothing) {
  HeldPool pool(2);
  EXPECT_TRUE(pool.post("a"));
  EXPECT_TRUE(pool.post("b"));
  EXPECT_FALSE(pool.post("c"));
  EXPECT_EQ(pool.finish(), "ab");
}

// Three of his four wait for each other as long as he likes; the fourth thread is for others, and his own next begins when one of his is done.
TEST(WorkerPool, OneWhoAsksHasNotAllThreads) {
  std::latch go(1);
  std::latch others(2);
  std::atomic<int> done = 0;
  WorkerPool pool(4, 3, 100);
  for (int i = 0; i < 9; ++i) {
    EXPECT_TRUE(pool.post([&] {
      go.wait();
      ++done;
    }, "a"));
  }
  for (const std::string asker : {"b", "c"}) EXPECT_TRUE(pool.post([&] { others.count_down(); }, asker));
  others.wait();
  EXPECT_EQ(done, 0);
  std::latch last(1);
  EXPECT_TRUE(pool.post([&] { last.count_down(); }, "a"));
  go.count_down();
  last.wait();
}

}  // namespace
}  // namespace wanamaker
