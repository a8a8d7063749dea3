#include "api/import_jobs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <thread>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

class ImportJobsTest : public testing::Test {
 protected:
  ImportJobsTest() : directory_(fs::temp_directory_path() / fmt::format("wanamaker-imports-{}", getpid())) {
    engine_ = *Engine::open((directory_ / "store").string());
    open();
  }
  ~ImportJobsTest() override {
    jobs_.reset();
    engine_.reset();
    fs::remove_all(directory_);
  }
  void open() {
    jobs_.reset();
    jobs_ = *ImportJobs::open(*engine_, folder().string(), [] { return Timestamp{1'700'000'000'000}; });
  }
  fs::path folder() const { return directory_ / "imports"; }

  std::shared_ptr<ImportUpload> sent(const std::string& text) {
    WantedImport wanted{.options = {.file = {}, .id_column = "id"}, .mapping = {}, .name = "customers.csv", .by = "tests"};
    wanted.options.wording = Wording::parameters;
    auto upload = jobs_->begin(std::move(wanted));
    EXPECT_TRUE(upload.has_value()) << upload.error().message;
    EXPECT_TRUE((*upload)->add(text).has_value());
    EXPECT_TRUE((*upload)->finish().has_value());
    return *upload;
  }
  std::string started(const std::string& text) {
    const auto upload = sent(text);
    EXPECT_TRUE(jobs_->start(*upload).has_value());
    return upload->id();
  }
  std::string state_of(const std::string& id) { return *jobs_->show(id)->find("state")->as_string(); }
  Json over(const std::string& id) {
    while (jobs_->show(id)->find("ended_at")->is_null()) std::this_thread::yield();
    return *jobs_->show(id);
  }
  // What the disk does not take: a directory stands where the next save would write.
  void refuse_saves_of(const std::string& id) const { fs::create_directory(folder() / id / "job.json.new"); }

  fs::path directory_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<ImportJobs> jobs_;
};

TEST_F(ImportJobsTest, AFileBecomesContacts) {
  const Json job = over(started("id,seats\nc1,1\nc2,2\n"));
  EXPECT_EQ(*job.find("state")->as_string(), "done");
  EXPECT_EQ(job.find("rows")->find("applied")->dump(), "2");
  EXPECT_TRUE(job.find("error")->is_null());
  EXPECT_TRUE(engine_->base().find_contact("c2").has_value());
  EXPECT_FALSE(fs::exists(folder() / *job.find("id")->as_string() / "body"));
}

TEST_F(ImportJobsTest, WhatWaitsIsCancelledAtOnce) {
  std::optional<ReadingLock> reads(engine_->reading());  // what runs waits for who reads
  const std::string first = started("id\nc1\n");
  const std::string second = started("id\nc2\n");
  const auto cancelled = jobs_->cancel(second);
  ASSERT_TRUE(cancelled.has_value());
  EXPECT_EQ(*cancelled->find("state")->as_string(), "cancelled");
  EXPECT_FALSE(cancelled->find("ended_at")->is_null());
  EXPECT_FALSE(fs::exists(folder() / second / "body"));
  reads.reset();
  EXPECT_EQ(*over(first).find("state")->as_string(), "done");
  EXPECT_FALSE(engine_->base().find_contact("c2").has_value());
  EXPECT_EQ(jobs_->cancel(second)->dump(), cancelled->dump());
  open();
  EXPECT_EQ(state_of(second), "cancelled");
}

TEST_F(ImportJobsTest, WhatCannotBeWrittenDoesNotBegin) {
  const auto upload = sent("id\nc1\n");
  refuse_saves_of(upload->id());
  const auto refused = jobs_->start(*upload);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::failure);
  EXPECT_FALSE(jobs_->show(upload->id()).has_value());
}

TEST_F(ImportJobsTest, WhatIsNotSavedIsSaid) {
  std::optional<ReadingLock> reads(engine_->reading());
  started("id\nc0\n");                             // runs, and waits for who reads
  const std::string id = started("id\nc1\n");      // waits, so nothing is saved of it meanwhile
  refuse_saves_of(id);
  reads.reset();
  const Json job = over(id);
  EXPECT_EQ(*job.find("state")->as_string(), "done");
  EXPECT_EQ(job.find("rows")->find("applied")->dump(), "1");
  EXPECT_EQ(*job.find("error")->find("code")->as_string(), "failure");
  open();
  EXPECT_EQ(state_of(id), "interrupted");
  EXPECT_TRUE(engine_->base().find_contact("c1").has_value());
}

TEST_F(ImportJobsTest, WhatWasWaitingIsInterruptedByAStart) {
  std::optional<ReadingLock> reads(engine_->reading());
  const std::string first = started("id\nc1\n");
  const std::string second = started("id\nc2\n");
  jobs_->stop();
  reads.reset();
  open();
  EXPECT_EQ(state_of(second), "interrupted");
  EXPECT_FALSE(engine_->base().find_contact("c2").has_value());
  EXPECT_NE(state_of(first), "waiting");
}

TEST_F(ImportJobsTest, ReasonsNameParameters) {
  const Json job = over(started("id,price\nc1,1\nc2,2.5\nc3,\"3,5\"\n"));
  EXPECT_EQ(job.dump().find("--"), std::string::npos) << job.dump();
}

}  // namespace
}  // namespace wanamaker
