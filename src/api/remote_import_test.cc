#include "api/remote_import.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace wanamaker {
namespace {

class RemoteImportTest : public testing::Test {
 protected:
  RemoteImportTest() : directory_(std::filesystem::temp_directory_path() / fmt::format("wanamaker-remote-{}", getpid())), workspace_(*Workspace::open(directory_.string(), Timestamp{1'700'000'000'000})) {}
  ~RemoteImportTest() override {
    workspace_.reset();
    std::filesystem::remove_all(directory_);
  }
  RemoteImport::Ask ask() {
    return [this](std::string_view question) -> Result<std::string> {
      if (is_away_) return fail(ErrorCode::failure, "nobody answers");
      return answer_import(*workspace_, question);
    };
  }
  static ImportBatch people() {
    return {.kind = BatchKind::contacts, .columns = {{.name = "seats", .type = ValueType::number}}, .rows = {{.id = "c1", .values = {Decimal(1)}}, {.id = "", .values = {Decimal(2)}}},
            .mark = ImportMark{.import_key = "key", .rows_done = 2, .bytes_done = 9, .prefix_hash = "hash", .previous_hash = {}}};
  }

  std::filesystem::path directory_;
  std::unique_ptr<Workspace> workspace_;
  bool is_away_ = false;
};

TEST_F(RemoteImportTest, ABatchGoesInAsIfItWereHere) {
  const auto import = RemoteImport::begin(ask());
  ASSERT_TRUE(import.has_value());
  const auto outcome = (*import)->submit(people());
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->applied, 1U);
  ASSERT_EQ(outcome->rejects.size(), 1U);
  EXPECT_EQ(outcome->rejects[0].row_index, 1U);
  EXPECT_EQ(outcome->rejects[0].code, "id");
  const auto marks = (*import)->marks("key");
  ASSERT_TRUE(marks.has_value());
  ASSERT_EQ(marks->size(), 1U);
  EXPECT_EQ(marks->front().prefix_hash, "hash");
  EXPECT_EQ(marks->front().rows_done, 2U);
  const std::vector<std::string_view> ids = {"c2", "c1", ""};
  EXPECT_EQ((*import)->know_contacts(ids), std::vector<bool>({false, true, false}));
  EXPECT_EQ((*import)->know_contacts({}), std::vector<bool>());
}

TEST_F(RemoteImportTest, TheSchemaIsTheSame) {
  const auto at = [&](CommandBody body) { ASSERT_TRUE(workspace_->submit(std::move(body)).has_value()); };
  at(SetZone{.zone = "Europe/Bratislava"});
  at(DeclareEvent{.name = "seen"});
  at(DeclareRecordType{.name = "visit"});
  at(DeclareAttribute{.table = {TableKind::contact}, .attribute = {.name = "Plan", .type = ValueType::text, .history = History::kept}});
  at(DeclareAttribute{.table = {TableKind::account}, .attribute = {.name = "size", .type = ValueType::number}});
  at(DeclareAttribute{.table = {TableKind::event, "seen"}, .attribute = {.name = "place", .type = ValueType::location}});
  at(DeclareAttribute{.table = {TableKind::record, "visit"}, .attribute = {.name = "when", .type = ValueType::date}});
  const auto import = RemoteImport::begin(ask());
  ASSERT_TRUE(import.has_value());
  const Schema& schema = (*import)->schema();
  EXPECT_EQ(schema.zone, "Europe/Bratislava");
  ASSERT_EQ(schema.contact.size(), 1U);
  EXPECT_EQ(schema.contact.at({0}).name, "Plan");
  EXPECT_EQ(schema.contact.at({0}).history, History::kept);
  EXPECT_EQ(schema.account.at({0}).type, ValueType::number);
  EXPECT_EQ(schema.events.at(0).properties.at({0}).type, ValueType::location);
  EXPECT_EQ(schema.records.at(0).fields.at({0}).type, ValueType::date);
}

TEST_F(RemoteImportTest, WhatIsNotAnsweredIsTold) {
  const auto import = RemoteImport::begin(ask());
  ASSERT_TRUE(import.has_value());
  is_away_ = true;
  EXPECT_EQ((*import)->marks("key").error().message, "nobody answers");
  EXPECT_EQ((*import)->know_contacts({}).error().message, "nobody answers");
  EXPECT_EQ((*import)->submit(people()).error().message, "nobody answers");
  EXPECT_EQ(workspace_->base().contacts(), 0U);
}

TEST_F(RemoteImportTest, RubbishIsNoQuestion) {
  for (const std::string& question : {std::string(), std::string("\x09"), std::string("\x04"), std::string("\x04\x05\x01x"), std::string("\x02\xff"), std::string("\x04\x01\x00", 3)}) {
    const auto answer = answer_import(*workspace_, question);
    EXPECT_FALSE(answer.has_value() && question.starts_with('\x04'));
  }
}

}  // namespace
}  // namespace wanamaker
