#pragma once
// CSV as people really write it.
//   row    = cell { delimiter cell } ( LF | CR | CRLF | end )      rows without any character are passed over,
//                                                                   before the header also rows with nothing but empty cells
//   cell   = `"` { any but `"` | `""` } `"` | { any but delimiter, CR, LF }
// A `"` inside an unquoted cell is a character like any other. With `blanks` the delimiter is a run of blanks and tabs, and
// those at the edges of a line do not count. Cells keep their blanks and line breaks byte for byte.
// A first line `sep=;`, which Excel writes and reads, names the delimiter and is no row.
// A row that is too long, has text behind a closing quote, too many or too few cells, or is not UTF-8 comes with its fault;
// a quote that is never closed is an error that names its line, since all rows behind it are lost.

#include "ingest/row_source.h"

#include <memory>

namespace wanamaker {

struct CsvDialect {
  char delimiter = ',';
  bool is_blanks = false;
};

// "comma", ";", "tab", "blanks" as the report shows it.
std::string name_of(const CsvDialect& dialect);
// Of the option: one ASCII character but a quote, a letter or a digit; `tab`, `\t`, `blanks`. Errors: usage.
Result<CsvDialect> dialect_from(std::string_view option);
// Of a first line `sep=X`, else of , ; tab | the one that splits the first rows of the sample into the same number of cells, the most cells where several do.
CsvDialect detect_dialect(std::string_view sample);
inline constexpr std::size_t kDialectSampleBytes = 64 * 1024;

struct CsvHeader {
  bool is_absent = false;                 // --no-header
  std::vector<std::string> columns = {};  // names where it is absent; none: column_1, column_2, …
};

class CsvReader : public RowSource {
 public:
  // Errors: invalid (no row at all, a header that is not UTF-8), usage (--columns of another number than the cells).
  static Result<std::unique_ptr<CsvReader>> open(TextStream stream, CsvDialect dialect, const CsvHeader& header, std::string file);

  const std::vector<std::string>& columns() const override { return columns_; }
  Result<bool> next(RawRow& row) override;
  const TextStream& stream() const override { return stream_; }

 private:
  CsvReader(TextStream stream, CsvDialect dialect, std::string file);
  void skip_separator_line();
  Result<void> read_header(const CsvHeader& header);
  Result<bool> read_row(RawRow& row);
  bool take_simple_row(RawRow& row);
  Result<void> take_any_row(RawRow& row);
  void skip_line_ends();
  Result<void> read_quoted(RawRow& row);
  void read_plain();
  void skip_blanks();
  void skip_rest_of_line();
  bool at_delimiter();
  int peek(std::size_t ahead = 0);  // a byte, or -1 at the end
  void check_row(RawRow& row) const;

  TextStream stream_;
  CsvDialect dialect_;
  std::string file_;
  std::vector<std::string> columns_;
  std::optional<RawRow> first_row_;  // read to count the columns of a file without a header
  std::string_view window_;
  std::size_t at_ = 0;               // within the window; the start of the row is at 0
  std::string own_;                  // the texts of a row that was read byte by byte
  std::vector<std::size_t> starts_;  // in it, one a cell
  std::uint64_t line_ = 1;
  std::uint64_t rows_ = 0;
};

}  // namespace wanamaker
