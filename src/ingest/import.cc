#include "ingest/import.h"

#include "ingest/batch_builder.h"
#include "ingest/earlier_rejects.h"
#include "ingest/ledger.h"
#include "ingest/plan.h"
#include "ingest/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

namespace wanamaker {
namespace {

std::string rejects_path(const ImportOptions& options) {
  if (!options.rejects_file.empty()) return options.rejects_file;
  return std::filesystem::path(options.file).filename().string() + std::string(kRejectsEnding);
}

char rejects_delimiter(const FileScan& scan) { return scan.is_ndjson || scan.dialect.is_blanks ? ',' : scan.dialect.delimiter; }

Result<void> check_rejects_path(const ImportOptions& options) {
  std::error_code status;
  if (!std::filesystem::equivalent(rejects_path(options), options.file, status)) return {};
  return fail(ErrorCode::usage, "the rejects file would overwrite the file that is read", "name another one with --rejects");
}

// The second pass.
class ImportRun {
 public:
  ImportRun(const ImportOptions& options, const ImportPlan& plan, const FileScan& scan, RowBuilder& builder, ImportTarget& target, ImportReport& report)
      : options_(options), scan_(scan), builder_(builder), report_(report), batches_(plan, builder.columns(), target),
        rejects_(rejects_path(options), rejects_delimiter(scan), plan.original_columns,
                 scan.resume_at ? RejectsFile::Start::continued : RejectsFile::Start::anew) {
    if (scan.resume_at) earlier_rejects_.emplace(rejects_);
  }

  Result<void> run(const std::string& import_key, Progress* progress) {
    if (!options_.dry_run) WM_CHECK_OK(rejects_.check_writable());
    WM_TRY(const auto rows, open_rows(options_, scan_));
    const ByteSource& source = rows->stream().source();
    ProgressMeter meter(progress, "importing", source.bytes_total());
    RawRow row;
    while (true) {
      WM_TRY(const bool is_there, rows->next(row));
      if (!is_there) break;
      ++report_.rows_read;
      meter.at(row.number, source.bytes_read());
      if (was_met_before(row)) continue;
      if (scan_.resume_at && rows_begun_++ == 0 && !options_.dry_run) WM_CHECK_OK(rejects_.drop_behind(scan_.resume_at->rows_done));
      ++chunk_rows_;
      WM_CHECK_OK(take(std::exchange(row, {})));
      if (chunk_rows_ < kBatchRowsMax) continue;
      WM_CHECK_OK(finish_chunk(import_key, rows->stream()));
      if (progress != nullptr && progress->should_stop()) return interrupted();
    }
    if (chunk_rows_ > 0) WM_CHECK_OK(finish_chunk(import_key, rows->stream()));
    meter.finish(report_.rows_read, source.bytes_read());
    WM_CHECK_OK(rejects_.close());
    if (rejects_.is_written() || report_.rows_rejected_before > 0) report_.rejects_file = rejects_.path();
    return {};
  }

 private:
  // By an earlier import, which took it in or rejected it.
  bool was_met_before(const RawRow& row) {
    if (!scan_.resume_at || row.number > scan_.resume_at->rows_done) return false;
    // The rejects file may be that of an import with other options or another schema: what can be taken in now, was.
    const auto fault = earlier_rejects_->fault_of(row);
    if (!fault || !std::holds_alternative<RowFault>(builder_.build(row))) {
      ++report_.rows_skipped;
      return true;
    }
    ++report_.rows_rejected_before;
    count_reject(row, *fault);
    return true;
  }

  Result<void> take(RawRow raw) {
    RowOutcome outcome = builder_.build(raw);
    if (auto* fault = std::get_if<RowFault>(&outcome)) {
      chunk_rejects_.push_back({.raw = std::move(raw), .fault = std::move(*fault)});
      return {};
    }
    if (std::holds_alternative<FilteredRow>(outcome)) {
      ++report_.rows_filtered;
      return {};
    }
    if (options_.dry_run) {
      ++report_.rows_applicable;
      return {};
    }
    return batches_.add(std::get<BuiltRow>(std::move(outcome)), std::move(raw));
  }

  // The cells of a rejected row are not known: the scan, which sees what can be read but not what is taken, has counted them.
  void count_reject(const RawRow& raw, const RowFault& fault) {
    report_.count_reject(raw.number, fault);
    if (raw.fault || raw.number > scan_.rows) return;
    for (std::size_t i = 0; i < raw.cells.size(); ++i) if (!is_missing(raw.cells[i])) --report_.columns[i].known;
  }

  // A dry run writes a rejects file only where one is asked for.
  Result<void> write_rejects() {
    std::ranges::sort(chunk_rejects_, {}, [](const BatchBuilder::Refused& refused) { return refused.raw.number; });
    for (const auto& [raw, fault] : std::exchange(chunk_rejects_, {})) {
      count_reject(raw, fault);
      if (options_.dry_run && options_.rejects_file.empty()) continue;
      WM_CHECK_OK(rejects_.add(raw, fault));
    }
    return {};
  }

  Result<void> finish_chunk(const std::string& import_key, const TextStream& stream) {
    rows_finished_ = report_.rows_read;
    chunk_rows_ = 0;
    WM_CHECK_OK(write_rejects());
    if (options_.dry_run) return {};
    WM_CHECK_OK(rejects_.sync());  // before the chunk is submitted: see ingest/rejects.h
    ImportMark mark{.import_key = import_key, .rows_done = report_.rows_read, .bytes_done = stream.offset(), .prefix_hash = stream.prefix_hash(),
                    .previous_hash = previous_hash_};
    previous_hash_ = mark.prefix_hash;
    WM_TRY(auto outcome, batches_.finish(std::move(mark)));
    report_.rows_applied += outcome.applied;
    report_.rows_duplicate += outcome.duplicates;
    std::ranges::move(outcome.refused, std::back_inserter(chunk_rejects_));
    return write_rejects();
  }

  std::unexpected<Error> interrupted() const {
    return fail({.code = ErrorCode::interrupted, .message = fmt::format("stopped after row {}; {} rows are applied and stay", rows_finished_, report_.rows_applied),
                 .hint = "give the same command again: it goes on behind them", .where = options_.file});
  }

  const ImportOptions& options_;
  const FileScan& scan_;
  RowBuilder& builder_;
  ImportReport& report_;
  BatchBuilder batches_;
  RejectsFile rejects_;
  std::optional<EarlierRejects> earlier_rejects_;  // where the import goes on behind an earlier one
  std::string previous_hash_;
  std::vector<BatchBuilder::Refused> chunk_rejects_;
  std::uint64_t chunk_rows_ = 0;
  std::uint64_t rows_begun_ = 0;  // behind those that an earlier import took in
  std::uint64_t rows_finished_ = 0;
};

ImportReport report_for(const ImportOptions& options, const ImportPlan& plan, const FileScan& scan) {
  ImportReport report;
  report.file = options.file;
  report.kind = kind_in_words(options);
  const std::string_view form = !scan.is_ndjson ? "csv" : scan.json_layout == JsonLayout::array ? "json" : "ndjson";
  report.form = std::string(form) + (scan.is_gzip ? ".gz" : "");
  report.encoding = name_of(scan.encoding);
  if (!scan.is_ndjson) report.delimiter = name_of(scan.dialect);
  report.zone = plan.zone.name();
  report.is_dry_run = options.dry_run;
  report.columns = columns_of(plan, scan);
  for (const auto& [name, expression] : options.derive) {
    report.columns.push_back({.file_name = expression, .name = name, .role = {}, .type = ValueType::number, .origin = TypeOrigin::derived});
  }
  return report;
}

}  // namespace

Result<ImportReport> run_import(const ImportOptions& given, ImportTarget& target, Progress* progress) {
  ImportOptions options = given;
  WM_TRY(const auto mapping, apply_mapping(options));
  WM_CHECK_OK(check_options(options));
  WM_CHECK_OK(check_rejects_path(options));
  WM_TRY(const Zone zone, Zone::find(options.zone.empty() ? target.schema().zone : options.zone));
  std::optional<DateFormat> format;
  if (!options.date_format.empty()) {
    WM_TRY(format, DateFormat::compile(options.date_format));
  }
  const std::string key = import_key(options, mapping, zone.name());
  WM_TRY(const FileScan scan, scan_file({.options = options, .format = format ? &*format : nullptr,
                                         .marks = options.as_new ? std::vector<ImportMark>{} : target.marks(key)}, progress));
  WM_TRY(const ImportPlan plan, make_plan({.options = options, .mapping = mapping, .scan = scan, .schema = target.schema(), .zone = zone}));
  WM_TRY(RowBuilder builder, RowBuilder::make(plan, options, target));
  ImportReport report = report_for(options, plan, scan);
  WM_CHECK_OK(ImportRun(options, plan, scan, builder, target, report).run(key, progress));
  return report;
}

}  // namespace wanamaker
