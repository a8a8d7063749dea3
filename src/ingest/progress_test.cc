#include "ingest/progress.h"

#include <gtest/gtest.h>

#include <vector>

namespace wanamaker {
namespace {

struct Lines : Progress {
  void update(const ProgressState& state) override { lines.push_back(to_line(state)); }
  std::vector<std::string> lines;
};

// Rows, share, rate and rest, at most twice a second.
TEST(Progress, ReportsRateAndRest) {
  std::chrono::steady_clock::time_point now{};
  Lines lines;
  ProgressMeter meter(&lines, "importing", 1'000, [&] { return now; });
  now += std::chrono::milliseconds(100);
  meter.at(256, 10);
  EXPECT_TRUE(lines.lines.empty());
  now += std::chrono::milliseconds(1'900);
  meter.at(1'024'000, 250);
  meter.at(1'024'256, 250);
  now += std::chrono::seconds(2);
  meter.finish(4'000'001, 1'000);
  EXPECT_EQ(lines.lines, (std::vector<std::string>{"importing  1,024,000 rows  25 %  512,000 rows/s  6 s left",
                                                   "importing  4,000,001 rows  100 %  1,000,000 rows/s  0 s left"}));
}

TEST(Progress, IsNotNeeded) {
  ProgressMeter meter(nullptr, "reading", 0);
  meter.at(256, 0);
  meter.finish(256, 0);
}

}  // namespace
}  // namespace wanamaker
