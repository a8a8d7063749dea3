#include "ingest/import.h"

#include "base/check.h"
#include "ingest/chunk_pipe.h"
#include "ingest/earlier_rejects.h"
#include "ingest/ledger.h"
#include "ingest/plan.h"
#include "ingest/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

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
      : options_(options), plan_(plan), scan_(scan), builder_(builder), target_(target), report_(report),
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
    WM_TRY(const bool has_new_rows, pass_over_met_rows(*rows, row, meter));
    if (has_new_rows) WM_CHECK_OK(take_in_all(ChunkReader(*rows, row, plan_, builder_, target_, purpose()), import_key, progress, meter));
    meter.finish(report_.rows_read, source.bytes_read());
    WM_CHECK_OK(rejects_.close());
    if (rejects_.is_written() || report_.rows_rejected_before > 0) report_.rejects_file = rejects_.path();
    return {};
  }

 private:
  ChunkReader::Purpose purpose() const { return options_.dry_run ? ChunkReader::Purpose::dry_run : ChunkReader::Purpose::take_in; }

  // Goes to the first row that no earlier import took in or rejected. False: there is none.
  Result<bool> pass_over_met_rows(RowSource& rows, RawRow& row, ProgressMeter& meter) {
    while (true) {
      WM_TRY(const bool is_there, rows.next(row));
      if (!is_there) return false;
      WM_TRY(const bool was_met, was_met_before(row));
      if (!was_met) break;
      report_.rows_read = row.number;
      meter.at(row.number, rows.stream().source().bytes_read());
    }
    if (scan_.resume_at && !options_.dry_run) WM_CHECK_OK(rejects_.drop_behind(scan_.resume_at->rows_done));
    return true;
  }

  // By an earlier import, which took it in or rejected it.
  Result<bool> was_met_before(const RawRow& row) {
    if (!scan_.resume_at || row.number > scan_.resume_at->rows_done) return false;
    // The rejects file may be that of an import with other options or another schema: what can be taken in now, was.
    const auto fault = earlier_rejects_->fault_of(row);
    WM_TRY(const bool is_good, fault ? can_be_taken_in(row) : Result<bool>(true));
    if (is_good) {
      ++report_.rows_skipped;
      return true;
    }
    ++report_.rows_rejected_before;
    count_reject(row, *fault, !row.fault);
    return true;
  }

  Result<bool> can_be_taken_in(const RawRow& row) {
    BuiltRow built;
    const RowOutcome outcome = builder_.build(row, built);
    if (!std::holds_alternative<TakenRow>(outcome) || !builder_.needs_known_contacts()) return !std::holds_alternative<RowFault>(outcome);
    const std::string_view contact = builder_.contact_of(built.row);
    WM_TRY(const std::vector<bool> known, target_.know_contacts({&contact, 1}));
    return known.front();
  }

  // Where the target is asked for known contacts, a row is read when all before it are taken in; otherwise ahead of them.
  Result<void> take_in_all(ChunkReader chunks, const std::string& import_key, Progress* progress, ProgressMeter& meter) {
    std::optional<ChunkPipe> pipe;
    if (!plan_.known_contacts_only) pipe.emplace(chunks);
    while (true) {
      auto next = pipe ? pipe->take() : chunks.next();
      if (!next) return stopped_by(std::move(next).error());
      std::optional<ImportChunk>& chunk = *next;
      if (!chunk) return {};
      if (auto finished = finish(*chunk, import_key); !finished) return stopped_by(std::move(finished).error());
      if (progress != nullptr) progress->counted(report_);
      if (pipe) pipe->give_back(std::move(chunk->kept));
      meter.at(report_.rows_read, chunk->file_bytes_read);
      if (chunk->is_full && progress != nullptr && progress->should_stop()) return interrupted();
    }
  }

  RowFault worded(RowFault fault) const {
    if (options_.wording == Wording::parameters) fault.reason = with_parameters(std::move(fault.reason));
    return fault;
  }

  // The cells of a rejected row are not known: the scan, which sees what can be read but not what is taken, has counted them.
  void count_reject(const RawRow& raw, const RowFault& fault, bool is_readable) {
    report_.count_reject(raw.number, worded(fault));
    if (!is_readable || raw.number > scan_.rows) return;
    for (std::size_t i = 0; i < raw.cells.size(); ++i) if (!is_missing(raw.cells[i])) --report_.columns[i].known;
  }

  // Of a chunk, in the order of rows. A dry run writes a rejects file only where one is asked for.
  Result<void> write_rejects(const KeptRows& kept, std::vector<ChunkReject>& rejects) {
    std::ranges::sort(rejects, {}, &ChunkReject::place);
    for (const ChunkReject& reject : rejects) {
      const RawRow raw = kept.row(reject.place);
      count_reject(raw, reject.fault, reject.is_readable);
      if (options_.dry_run && options_.rejects_file.empty()) continue;
      WM_CHECK_OK(rejects_.add(raw, worded(reject.fault)));
    }
    return {};
  }

  Result<void> finish(ImportChunk& chunk, const std::string& import_key) {
    report_.rows_read = chunk.rows_read;
    report_.rows_filtered += chunk.rows_filtered;
    report_.rows_applicable += chunk.rows_applicable;
    WM_CHECK_OK(write_rejects(chunk.kept, chunk.rejects));
    if (options_.dry_run) return {};
    WM_CHECK_OK(rejects_.sync());  // before the chunk is submitted: see ingest/rejects.h
    chunk.batches.back().batch.mark = {.import_key = import_key, .rows_done = chunk.rows_read, .bytes_done = chunk.bytes_done,
                                       .prefix_hash = chunk.prefix_hash, .previous_hash = previous_hash_};
    previous_hash_ = chunk.prefix_hash;
    std::vector<ChunkReject> refused;
    for (PreparedBatch& prepared : chunk.batches) WM_CHECK_OK(submit(std::move(prepared), refused));
    return write_rejects(chunk.kept, refused);
  }

  Result<void> submit(PreparedBatch prepared, std::vector<ChunkReject>& refused) {
    const std::size_t rows = prepared.places.size();
    WM_TRY(BatchOutcome answer, target_.submit(std::move(prepared.batch)));
    CHECK(answer.applied + answer.duplicates + answer.rejects.size() == rows, "the target accounts for every row");
    report_.rows_applied += answer.applied;
    report_.rows_duplicate += answer.duplicates;
    for (RowReject& reject : answer.rejects) {
      CHECK(reject.row_index < rows, "the target rejects rows of the batch");
      refused.push_back({.place = prepared.places[reject.row_index], .fault = {.code = std::move(reject.code), .reason = std::move(reject.reason)}});
    }
    return {};
  }

  // By the disk, or since the target is gone. What was taken in before, also of this chunk, stays.
  std::unexpected<Error> stopped_by(Error error) const {
    if (options_.dry_run || error.code != ErrorCode::failure) return fail(std::move(error));
    error.message += fmt::format("; {} rows of {} are applied and stay", report_.rows_applied, options_.file);
    error.hint += fmt::format("{}give the same command again: it goes on behind them", error.hint.empty() ? "" : ", then ");
    return fail(std::move(error));
  }

  std::unexpected<Error> interrupted() const {
    return fail({.code = ErrorCode::interrupted, .message = fmt::format("stopped after row {}; {} rows are applied and stay", report_.rows_read, report_.rows_applied),
                 .hint = "give the same command again: it goes on behind them", .where = options_.file});
  }

  const ImportOptions& options_;
  const ImportPlan& plan_;
  const FileScan& scan_;
  RowBuilder& builder_;
  ImportTarget& target_;
  ImportReport& report_;
  RejectsFile rejects_;
  std::optional<EarlierRejects> earlier_rejects_;  // where the import goes on behind an earlier one
  std::string previous_hash_;
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
  if (options.wording == Wording::parameters)
    for (ImportReport::Column& column : report.columns) column.note = with_parameters(std::move(column.note));
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
  std::vector<ImportMark> marks;
  if (!options.as_new) {
    WM_TRY(marks, target.marks(key));
  }
  WM_TRY(const FileScan scan, scan_file({.options = options, .format = format ? &*format : nullptr, .marks = marks}, progress));
  WM_TRY(const ImportPlan plan, make_plan({.options = options, .mapping = mapping, .scan = scan, .schema = target.schema(), .zone = zone}));
  WM_TRY(RowBuilder builder, RowBuilder::make(plan, options, target));
  ImportReport report = report_for(options, plan, scan);
  WM_CHECK_OK(ImportRun(options, plan, scan, builder, target, report).run(key, progress));
  return report;
}

}  // namespace wanamaker
