#include "api/http/login_guard.h"

#include <gtest/gtest.h>

namespace wanamaker::login_guard_test {
namespace {

constexpr Timestamp kNow{1'000'000'000};

// Five wrong passwords are free; then each further try waits twice as long as the one before, and a right one forgets them all.
TEST(LoginGuard, EachFurtherTryWaitsTwiceAsLong) {
  LoginGuard guard;
  Timestamp now = kNow;
  for (unsigned i = 0; i < LoginGuard::kFreeTries; ++i) EXPECT_EQ(guard.begin("jana", "192.0.2.1", now), 0);
  for (const std::int64_t wait : {1'000, 2'000, 4'000, 8'000, 16'000}) {
    EXPECT_EQ(guard.begin("jana", "192.0.2.1", now), wait);
    now.ms += wait - 1;
    EXPECT_EQ(guard.begin("jana", "192.0.2.1", now), 1);
    now.ms += 1;
    EXPECT_EQ(guard.begin("jana", "192.0.2.1", now), 0);
  }
  guard.succeeded("jana", "192.0.2.1");
  EXPECT_EQ(guard.begin("jana", "192.0.2.1", now), 0);
}

// Whoever guesses from one address does not keep the user out who comes from another.
TEST(LoginGuard, OthersAreNotHeldUp) {
  LoginGuard guard;
  for (unsigned i = 0; i < LoginGuard::kFreeTries; ++i) EXPECT_EQ(guard.begin("jana", "192.0.2.1", kNow), 0);
  EXPECT_GT(guard.begin("jana", "192.0.2.1", kNow), 0);
  EXPECT_EQ(guard.begin("jana", "198.51.100.7", kNow), 0);
  EXPECT_EQ(guard.begin("eva", "192.0.2.1", kNow), 0);
}

// However many networks guess, one that has not failed is not held up: nobody is locked out. Those that fail get fewer tries then.
TEST(LoginGuard, NoStrangerLocksAUserOut) {
  LoginGuard guard;
  for (unsigned i = 0; i < 200; ++i) EXPECT_EQ(guard.begin("jana", "a" + std::to_string(i), kNow), 0);
  for (unsigned i = 0; i < LoginGuard::kFreeTriesBeset; ++i) EXPECT_EQ(guard.begin("jana", "198.51.100.7", kNow), 0);
  EXPECT_GT(guard.begin("jana", "198.51.100.7", kNow), 0);
  EXPECT_EQ(guard.begin("jana", "198.51.100.8", kNow), 0);
}

TEST(LoginGuard, ManyLoginsFromOneNetworkAreHeldUp) {
  LoginGuard guard;
  for (unsigned i = 0; i < LoginGuard::kFreeTriesWide; ++i) EXPECT_EQ(guard.begin("login" + std::to_string(i), "192.0.2.1", kNow), 0);
  EXPECT_GT(guard.begin("another", "192.0.2.1", kNow), 0);
}

// Whoever has one address of IPv6 has 2^64 of them.
TEST(LoginGuard, AddressesOfOneNetworkCountTogether) {
  LoginGuard guard;
  for (unsigned i = 0; i < LoginGuard::kFreeTries; ++i) EXPECT_EQ(guard.begin("jana", "2001:db8:1:2::" + std::to_string(i + 1), kNow), 0);
  EXPECT_GT(guard.begin("jana", "2001:db8:1:2:ffff::9", kNow), 0);
  EXPECT_EQ(guard.begin("jana", "2001:db8:1:3::1", kNow), 0);
  for (unsigned i = 0; i < LoginGuard::kFreeTries; ++i) EXPECT_EQ(guard.begin("eva", i % 2 == 0 ? "192.0.2.1" : "::ffff:192.0.2.1", kNow), 0);
  EXPECT_GT(guard.begin("eva", "192.0.2.1", kNow), 0);
}

TEST(LoginGuard, NobodyWaitsLongerThanAQuarterOfAnHourAndAnHourForgets) {
  LoginGuard guard;
  Timestamp now = kNow;
  for (int i = 0; i < 40; ++i) {
    const std::int64_t wait = guard.begin("jana", "192.0.2.1", now);
    EXPECT_LE(wait, LoginGuard::kWaitMsMax);
    now.ms += wait;
  }
  now.ms += LoginGuard::kForgottenMs + 1;
  for (unsigned i = 0; i < LoginGuard::kFreeTries; ++i) EXPECT_EQ(guard.begin("jana", "192.0.2.1", now), 0);
}

}  // namespace
}  // namespace wanamaker::login_guard_test
