#pragma once
// For tests: an ImportTarget that keeps everything in memory, and files that go when the test ends.

#include "ingest/import.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>

namespace wanamaker {

// Upserts contacts, accounts and records by id and appends events; declares what it does not know.
class MemoryTarget : public ImportTarget {
 public:
  const Schema& schema() const override { return schema_; }
  Result<std::vector<ImportMark>> marks(std::string_view import_key) override {
    std::vector<ImportMark> result;
    for (const ImportMark& mark : marks_) if (mark.import_key == import_key) result.push_back(mark);
    return result;
  }
  std::uint64_t rows_at_once() const override { return at_once; }
  Result<std::vector<bool>> know_contacts(std::span<const std::string_view> ids) override {
    ++questions;
    std::vector<bool> known;
    for (const std::string_view id : ids) known.push_back(contacts.contains(std::string(id)));
    return known;
  }

  Result<BatchOutcome> submit(ImportBatch batch) override {
    BatchOutcome outcome;
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      const BatchRow& row = batch.rows[i];
      if (refuses && refuses(row)) {
        outcome.rejects.push_back({.row_index = i, .code = "refused", .reason = "the target refuses it"});
        continue;
      }
      if (!row.message_id.empty() && !message_ids_.insert(row.message_id).second) {
        ++outcome.duplicates;
        continue;
      }
      apply(batch, row);
      ++outcome.applied;
    }
    if (batch.mark) {
      std::erase_if(marks_, [&](const ImportMark& mark) { return !batch.mark->previous_hash.empty() && mark.prefix_hash == batch.mark->previous_hash; });
      marks_.push_back(*batch.mark);
    }
    batches.push_back(std::move(batch));
    return outcome;
  }

  Schema schema_;
  std::vector<ImportMark> marks_;
  std::map<std::string, std::map<std::string, std::string>> contacts;  // id → attribute → text; `(account)` is the link
  std::map<std::string, std::map<std::string, std::string>> others;    // accounts and records
  std::vector<std::string> events;                                     // "contact event time name=value …"
  std::vector<ImportBatch> batches;
  std::function<bool(const BatchRow&)> refuses;
  std::uint64_t at_once = kRowsBesideOthers;
  std::size_t questions = 0;                                           // for known contacts

 private:
  AttributeTable& table_for(const ImportBatch& batch, const BatchRow& row) {
    if (batch.kind == BatchKind::contacts) return schema_.contact;
    if (batch.kind == BatchKind::accounts) return schema_.account;
    if (batch.kind == BatchKind::events) {
      if (!schema_.find_event(row.event)) schema_.events.push_back({.name = row.event, .properties = {}});
      return schema_.events[schema_.find_event(row.event)->value].properties;
    }
    if (!schema_.find_record(batch.record_type)) schema_.records.push_back({.name = batch.record_type, .fields = {}});
    return schema_.records[schema_.find_record(batch.record_type)->value].fields;
  }

  void apply(const ImportBatch& batch, const BatchRow& row) {
    AttributeTable& table = table_for(batch, row);
    const bool is_event = batch.kind == BatchKind::events;
    std::string event = is_event ? row.id + " " + row.event + " " + to_string(*row.at) : std::string();
    auto& entry = is_event || batch.kind == BatchKind::contacts ? contacts[row.id] : others[row.id];
    if (batch.kind == BatchKind::contact_records) contacts[*row.owner];
    if (row.owner) entry["(account)"] = *row.owner;
    for (std::size_t i = 0; i < batch.columns.size(); ++i) {
      const auto& [name, type] = batch.columns[i];
      const Value& value = row.values.at(i);
      if (is_event && is_missing(value)) continue;
      if (!table.find(name)) table.add({.name = name, .type = type});
      EXPECT_EQ(table.at(*table.find(name)).type, type) << name;
      EXPECT_TRUE(is_missing(value) || type_of(value) == type) << name;
      if (is_event) event += " " + name + "=" + to_string(value);
      else if (is_missing(value)) entry.erase(name);
      else entry[name] = to_string(value);
    }
    if (is_event) events.push_back(event);
  }

  std::set<std::string> message_ids_;
};

// A directory of its own, current while it lives, so that rejects files land in it.
class TestDirectory {
 public:
  TestDirectory() : before_(std::filesystem::current_path()) {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() / ("wanamaker_ingest_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(path_);
    std::filesystem::current_path(path_);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  ~TestDirectory() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(path_);
  }
  std::string write(const std::string& name, std::string_view content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return name;
  }
  std::string read(const std::string& name) const {
    std::ifstream stream(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

inline ImportReport import_well(const ImportOptions& options, ImportTarget& target) {
  auto report = run_import(options, target, nullptr);
  if (report) return *report;
  ADD_FAILURE() << report.error().message << " / " << report.error().hint;
  return {};
}

// The error of an import that must not succeed.
inline Error import_error(const ImportOptions& options, ImportTarget& target) {
  auto report = run_import(options, target, nullptr);
  if (!report) return report.error();
  ADD_FAILURE() << "the import succeeded";
  return {};
}

}  // namespace wanamaker
