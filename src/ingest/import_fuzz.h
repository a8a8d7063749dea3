#pragma once
// For the fuzz targets of imports: any bytes as a file, into a target that counts.

#include "base/check.h"
#include "ingest/import.h"

#include <unistd.h>

#include <cstdio>
#include <string>

namespace wanamaker {

class CountingTarget : public ImportTarget {
 public:
  const Schema& schema() const override { return schema_; }
  Result<std::vector<ImportMark>> marks(std::string_view) override { return std::vector<ImportMark>(); }
  Result<std::vector<bool>> know_contacts(std::span<const std::string_view> ids) override { return std::vector<bool>(ids.size(), true); }
  Result<BatchOutcome> submit(ImportBatch batch) override {
    for (const BatchRow& row : batch.rows) CHECK(row.values.size() == batch.columns.size(), "each row has a value for each column");
    return BatchOutcome{.applied = batch.rows.size(), .duplicates = 0, .rejects = {}};
  }

 private:
  Schema schema_;
};

inline void import_bytes(const std::uint8_t* bytes, std::size_t size, ImportOptions options) {
  static const std::string folder = "/tmp/wanamaker-fuzz-" + std::to_string(getpid());
  options.file = folder + ".in";
  options.rejects_file = folder + ".rejects.csv";
  std::FILE* file = std::fopen(options.file.c_str(), "wb");
  CHECK(file != nullptr, "a temporary file can be written");
  if (size > 0) std::fwrite(bytes, 1, size, file);  // no bytes may be a null pointer
  std::fclose(file);
  CountingTarget target;
  const auto report = run_import(options, target, nullptr);
  if (report) CHECK(report->rows_read >= report->rows_applied + report->rows_rejected, "every row has one fate");
  std::remove(options.file.c_str());
  std::remove(options.rejects_file.c_str());
}

}  // namespace wanamaker
