#include "ingest/scan.h"

#include "model/naming.h"

#include <algorithm>
#include <array>

namespace wanamaker {
namespace {

Result<Encoding> encoding_of(const ImportOptions& options) {
  if (!options.encoding.empty()) return encoding_from(options.encoding);
  WM_TRY(const auto source, ByteSource::open(options.file));
  auto encoding = detect_encoding(*source, kScanBytesMax);
  if (!encoding && encoding.error().where.empty()) encoding.error().where = options.file;
  return encoding;
}

CsvHeader header_of(const ImportOptions& options) { return {.is_absent = options.no_header, .columns = options.columns}; }

// Fills form and dialect; returns the rows from the start.
Result<std::unique_ptr<RowSource>> open_first(const ImportOptions& options, FileScan& scan) {
  WM_TRY(scan.encoding, encoding_of(options));
  WM_TRY(TextStream stream, TextStream::open(options.file, scan.encoding));
  while (stream.available().size() < kDialectSampleBytes && stream.more()) {}
  if (stream.failure()) return fail(*stream.failure());
  const std::string_view sample = stream.available().substr(0, kDialectSampleBytes);
  scan.is_gzip = stream.source().is_gzip();
  const auto layout = options.delimiter.empty() && !options.no_header ? json_layout_of(sample) : std::nullopt;
  scan.is_ndjson = layout.has_value();
  if (layout) {
    scan.json_layout = *layout;
    WM_TRY(auto rows, NdjsonReader::open(std::move(stream), *layout, std::nullopt, options.file));
    return rows;
  }
  scan.dialect = detect_dialect(sample);
  if (!options.delimiter.empty()) {
    WM_TRY(scan.dialect, dialect_from(options.delimiter));
  }
  WM_TRY(auto rows, CsvReader::open(std::move(stream), scan.dialect, header_of(options), options.file));
  return rows;
}

// Finds among the marks those that this file starts with.
class MarkSearch {
 public:
  explicit MarkSearch(std::vector<ImportMark> marks) : marks_(std::move(marks)) {
    std::ranges::sort(marks_, {}, &ImportMark::rows_done);
  }
  bool is_over() const { return at_ == marks_.size(); }
  void take(const RawRow& row, const TextStream& stream) {
    for (; !is_over() && marks_[at_].rows_done <= row.number; ++at_) {
      const ImportMark& mark = marks_[at_];
      if (mark.rows_done != row.number || mark.bytes_done != stream.offset()) continue;
      if (mark.prefix_hash == stream.prefix_hash()) found_ = mark;
    }
  }
  const std::optional<ImportMark>& found() const { return found_; }

 private:
  std::vector<ImportMark> marks_;
  std::size_t at_ = 0;
  std::optional<ImportMark> found_;
};

void take_row(const ScanRequest& request, const RawRow& row, FileScan& scan) {
  ++scan.rows;
  if (row.fault) return;
  if (scan.evidence.size() < row.cells.size()) scan.evidence.resize(row.cells.size());
  for (std::size_t i = 0; i < row.cells.size(); ++i) scan.evidence[i].take(row.cells[i], request.format);
}

// Gathers names of events; what came lately is not looked up again.
class EventNames {
 public:
  void take(std::string_view name, FileScan& scan) {
    if (name.empty()) return;
    const std::string*& recent = recent_[(name.size() * 31 + static_cast<unsigned char>(name.front()) * 7 + static_cast<unsigned char>(name.back())) % recent_.size()];
    if (recent != nullptr && *recent == name) return;
    auto found = scan.event_names.find(name);
    if (found == scan.event_names.end()) found = scan.event_names.emplace(name).first;
    recent = &*found;
  }

 private:
  std::array<const std::string*, 64> recent_{};
};

}  // namespace

std::optional<std::size_t> position_of_column(const std::vector<std::string>& columns, std::string_view wanted) {
  auto found = std::ranges::find(columns, wanted);
  if (found == columns.end()) found = std::ranges::find_if(columns, [&](const std::string& column) { return snake_case(column) == wanted; });
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

Result<FileScan> scan_file(const ScanRequest& request, Progress* progress) {
  const ImportOptions& options = request.options;
  FileScan scan;
  WM_TRY(const auto rows, open_first(options, scan));
  const ByteSource& source = rows->stream().source();
  ProgressMeter meter(progress, "reading", source.bytes_total());
  MarkSearch marks(request.marks);
  // Only a gzip file can turn out to be too long late; the state after the first rows is then put back.
  const bool is_known_long = !scan.is_gzip && source.bytes_total() > kScanBytesMax;
  std::optional<FileScan> early;
  bool is_looking = true;
  EventNames event_names;
  std::optional<std::size_t> event_position;
  std::size_t event_columns = 0;
  RawRow row;
  while (is_looking || !marks.is_over()) {
    WM_TRY(const bool is_there, rows->next(row));
    if (!is_there) break;
    meter.at(row.number, source.bytes_read());
    marks.take(row, rows->stream());
    if (!is_looking) continue;
    take_row(request, row, scan);
    if (!options.event_column.empty() && event_columns != rows->columns().size()) {
      event_columns = rows->columns().size();
      event_position = position_of_column(rows->columns(), options.event_column);
    }
    if (event_position && !row.fault) event_names.take(row.cells[*event_position].text, scan);
    if (scan.is_ndjson && scan.columns.size() != rows->columns().size()) scan.columns = rows->columns();
    if (row.number == kScanRowsBeyond) early = scan;
    const bool is_too_long = is_known_long || rows->stream().offset() > kScanBytesMax;
    if (row.number < kScanRowsBeyond || !is_too_long) continue;
    scan = std::move(*early);
    is_looking = false;
  }
  meter.finish(row.number, source.bytes_read());
  if (!scan.is_ndjson) scan.columns = rows->columns();
  scan.evidence.resize(scan.columns.size());
  scan.resume_at = marks.found();
  return scan;
}

Result<std::unique_ptr<RowSource>> open_rows(const ImportOptions& options, const FileScan& scan) {
  WM_TRY(TextStream stream, TextStream::open(options.file, scan.encoding));
  if (scan.is_ndjson) {
    WM_TRY(auto rows, NdjsonReader::open(std::move(stream), scan.json_layout, scan.columns, options.file));
    return rows;
  }
  WM_TRY(auto rows, CsvReader::open(std::move(stream), scan.dialect, header_of(options), options.file));
  return rows;
}

}  // namespace wanamaker
