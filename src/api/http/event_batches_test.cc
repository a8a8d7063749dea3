#include "api/http/event_batches.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

// As on a disk that is full from here on.
class FullDisk {
 public:
  FullDisk() {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

TEST(EventBatches, OfSeveralTheDurableOnesAreToldFromThoseThatWereNotWritten) {
  const fs::path directory = fs::temp_directory_path() / fmt::format("wanamaker-event-batches-{}", getpid());
  constexpr std::uint64_t kEvents = EventBatches::kColumnsOfABatch / EventBatches::kPropertiesOfAnEventMax + 1;  // the last one has no room in the first batch
  const Json one(1);
  {
    const auto engine = *Engine::open(directory.string());
    Sweeper sweeper(best_kernels(), 1);
    Questions questions(std::chrono::milliseconds(0));
    Workspace workspace(*engine, sweeper, questions, Timestamp{1'700'000'000'000});
    EventBatches events(engine->unsettled());
    for (std::uint64_t i = 0; i < kEvents; ++i) {
      std::vector<TrackedProperty> properties;
      for (std::size_t k = 0; k < EventBatches::kPropertiesOfAnEventMax; ++k) properties.push_back({.name = fmt::format("p{}_{}", i, k), .value = &one});
      EXPECT_FALSE(events.add({.index = 10 + i, .contact_id = "c", .name = fmt::format("e{}", i), .message_id = {}, .at = Timestamp{1'600'000'000'000}, .properties = properties}).has_value());
    }
    std::optional<FullDisk> full;
    const EventBatches::Written written = events.submit_as_far_as_possible(workspace, [&](const EventBatches::Outcome&) {
      full.emplace();  // before the last of them is written
      return std::vector<CommandBody>();
    });
    full.reset();
    ASSERT_TRUE(written.failure.has_value());
    EXPECT_EQ(written.failure->code, ErrorCode::failure);
    EXPECT_EQ(written.outcome.applied, kEvents - 1);
    EXPECT_EQ(written.unwritten, std::vector<std::uint64_t>{10 + kEvents - 1});
  }
  {
    const auto engine = *Engine::open(directory.string());
    EXPECT_TRUE(engine->base().schema.find_event("e0").has_value());
    EXPECT_FALSE(engine->base().schema.find_event(fmt::format("e{}", kEvents - 1)).has_value());
  }
  fs::remove_all(directory);
}

}  // namespace
}  // namespace wanamaker
