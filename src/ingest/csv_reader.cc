#include "ingest/csv_reader.h"

#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace wanamaker {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

bool is_line_end(int c) { return c == '\n' || c == '\r'; }
bool is_blank(int c) { return c == ' ' || c == '\t'; }

constexpr std::uint64_t kEachByte = 0x0101'0101'0101'0101;

// The lowest bit that is set tells the first zero byte.
std::uint64_t zero_bytes(std::uint64_t word) { return (word - kEachByte) & ~word & (kEachByte << 7); }

// Where the first delimiter or line end from `at` on stands; the size where there is none. Eight bytes at once.
std::size_t end_of_cell(std::string_view text, std::size_t at, char delimiter) {
  const std::uint64_t delimiters = kEachByte * static_cast<unsigned char>(delimiter);
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof word);
    const std::uint64_t found = zero_bytes(word ^ delimiters) | zero_bytes(word ^ (kEachByte * '\n')) | zero_bytes(word ^ (kEachByte * '\r'));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  while (at < text.size() && text[at] != delimiter && !is_line_end(text[at])) ++at;
  return at;
}

// Without the ASCII at the front, up to 7 of its last bytes and zero bytes apart.
std::string_view behind_ascii(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof word);
    if (((word | (word - kEachByte)) & (kEachByte << 7)) != 0) break;
  }
  return text.substr(at);
}

// Cells of each row that the sample holds to its end.
std::vector<std::size_t> cell_counts(std::string_view sample, char delimiter) {
  constexpr std::size_t kRowsMax = 100;
  std::vector<std::size_t> counts;
  std::size_t cells = 1;
  bool in_quotes = false;
  bool at_cell_start = true;
  bool is_quoted_cell = false;
  bool has_text = false;
  char before = 0;
  for (const char c : sample) {
    const char last = std::exchange(before, c);
    if (in_quotes) {
      in_quotes = c != '"';
      is_quoted_cell = true;
      continue;
    }
    if (is_line_end(c)) {
      if (has_text) counts.push_back(cells);
      if (counts.size() == kRowsMax) return counts;
      cells = 1;
      has_text = false;
      at_cell_start = true;
      is_quoted_cell = false;
      continue;
    }
    has_text = true;
    // The second quote of `""` in a quoted cell opens again, which comes to the same.
    if (c == '"' && (at_cell_start || (is_quoted_cell && last == '"'))) in_quotes = true;
    at_cell_start = c == delimiter;
    if (c != delimiter) continue;
    ++cells;
    is_quoted_cell = false;
  }
  if (counts.empty() && has_text) counts.push_back(cells);
  return counts;
}

// What stands before the header says nothing of the delimiter.
std::string_view behind_blank_lines(std::string_view sample) {
  while (true) {
    const std::size_t end = sample.find_first_of("\r\n");
    if (end == std::string_view::npos) return sample;
    std::string line(sample.substr(0, end));
    std::erase_if(line, [](char c) { return std::string_view(",;\t|\"").find(c) != std::string_view::npos; });
    if (!is_missing({.text = line})) return sample;
    sample.remove_prefix(end + 1);
  }
}

// The line `sep=;` that Excel takes for the delimiter; it may stand in quotes.
struct SeparatorLine {
  CsvDialect dialect;
  std::size_t size = 0;  // without the line end
};

constexpr std::size_t kSeparatorLineBytesMax = 9;  // "sep=;" in quotes and CRLF

std::optional<SeparatorLine> separator_line(std::string_view text) {
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  std::string_view inner = line;
  if (inner.size() >= 2 && inner.starts_with('"') && inner.ends_with('"')) inner = inner.substr(1, inner.size() - 2);
  constexpr std::string_view kWord = "sep=";
  if (line.size() == text.size() || inner.size() != kWord.size() + 1 || !equal_folded(inner.substr(0, kWord.size()), kWord)) return std::nullopt;
  const auto dialect = dialect_from(inner.substr(kWord.size()));
  return dialect ? std::optional(SeparatorLine{.dialect = *dialect, .size = line.size()}) : std::nullopt;
}

}  // namespace

bool is_white_space(std::string_view text) {
  while (!text.empty()) {
    static constexpr std::string_view kWideBlanks[] = {"\u00A0", "\u3000", "\u2003", "\u2002", "\u2009", "\u202F", "\uFEFF", "\u200B"};
    if (kWhiteSpace.find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
      continue;
    }
    if (static_cast<unsigned char>(text.front()) < 0x80) return false;
    const auto* blank = std::ranges::find_if(kWideBlanks, [&](std::string_view b) { return text.starts_with(b); });
    if (blank == std::end(kWideBlanks)) return false;
    text.remove_prefix(blank->size());
  }
  return true;
}

std::string name_of(const CsvDialect& dialect) {
  if (dialect.is_blanks) return "blanks";
  if (dialect.delimiter == '\t') return "tab";
  return std::string(1, dialect.delimiter);
}

Result<CsvDialect> dialect_from(std::string_view option) {
  if (option == "blanks") return CsvDialect{.delimiter = ' ', .is_blanks = true};
  if (option == "tab" || option == "\\t" || option == "\t") return CsvDialect{.delimiter = '\t'};
  const bool is_usable = option.size() == 1 && option[0] > ' ' && option[0] < '\x7F' && option[0] != '"' &&
                         !(option[0] >= '0' && option[0] <= '9') && !((option[0] | 0x20) >= 'a' && (option[0] | 0x20) <= 'z');
  if (is_usable) return CsvDialect{.delimiter = option[0]};
  return fail(ErrorCode::usage, fmt::format("'{}' cannot be a delimiter", option), "use one character such as , ; |, or the words tab and blanks");
}

CsvDialect detect_dialect(std::string_view sample) {
  if (const auto line = separator_line(sample)) return line->dialect;
  sample = behind_blank_lines(sample);
  CsvDialect best;
  double best_share = 0.5;  // below that a character merely occurs in a file of one column
  std::size_t best_cells = 1;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const std::vector<std::size_t> counts = cell_counts(sample, delimiter);
    if (counts.empty() || counts.front() < 2) continue;
    const auto same = static_cast<double>(std::ranges::count(counts, counts.front()));
    const double share = same / static_cast<double>(counts.size());
    if (share < best_share || (share == best_share && counts.front() <= best_cells)) continue;
    best = {.delimiter = delimiter};
    best_share = share;
    best_cells = counts.front();
  }
  return best;
}

Result<std::unique_ptr<CsvReader>> CsvReader::open(TextStream stream, CsvDialect dialect, const CsvHeader& header, std::string file) {
  std::unique_ptr<CsvReader> reader(new CsvReader(std::move(stream), dialect, std::move(file)));
  reader->skip_separator_line();
  WM_CHECK_OK(reader->read_header(header));
  return reader;
}

CsvReader::CsvReader(TextStream stream, CsvDialect dialect, std::string file)
    : stream_(std::move(stream)), dialect_(dialect), file_(std::move(file)), window_(stream_.available()) {}

// Also where --delimiter says otherwise: the line is no row in any case.
void CsvReader::skip_separator_line() {
  peek(kSeparatorLineBytesMax);
  if (const auto line = separator_line(window_)) stream_.skip(line->size);
  window_ = stream_.available();
}

Result<void> CsvReader::read_header(const CsvHeader& header) {
  RawRow row;
  WM_TRY(bool is_there, read_row(row));
  // A spreadsheet whose table does not begin in its first row exports lines of blanks and delimiters before the header.
  while (is_there && !header.is_absent && !row.fault && std::ranges::all_of(row.cells, [](const RowCell& cell) { return is_missing(cell); })) {
    WM_TRY(is_there, read_row(row));
  }
  if (!is_there) return fail({.code = ErrorCode::invalid, .message = "the file is empty: not even a header line is there", .hint = "export it again", .where = file_});
  if (row.fault) return fail({.code = ErrorCode::invalid, .message = fmt::format("the first row cannot be read: {}", row.fault->reason), .where = file_, .position = {.line = static_cast<std::uint32_t>(row.line)}});
  if (!header.is_absent) {
    for (const RowCell& cell : row.cells) {
      const std::string_view name = trimmed(cell.text);
      columns_.push_back(name.empty() ? fmt::format("column_{}", columns_.size() + 1) : std::string(name));
    }
    return {};
  }
  columns_ = header.columns;
  if (columns_.empty()) for (std::size_t i = 0; i < row.cells.size(); ++i) columns_.push_back(fmt::format("column_{}", i + 1));
  if (columns_.size() != row.cells.size()) {
    return fail({.code = ErrorCode::usage, .message = fmt::format("--columns names {} columns, but the first row has {} cells", columns_.size(), row.cells.size()),
                 .hint = "name each cell once; check --delimiter too", .where = file_, .position = {.line = static_cast<std::uint32_t>(row.line)}});
  }
  first_row_ = std::move(row);
  return {};
}

Result<bool> CsvReader::next(RawRow& row) {
  if (first_row_) {
    row = std::move(*first_row_);
    first_row_.reset();
  } else {
    WM_TRY(const bool is_there, read_row(row));
    if (!is_there) return false;
  }
  row.number = ++rows_;
  check_row(row);
  return true;
}

void CsvReader::check_row(RawRow& row) const {
  if (row.fault) return;
  if (row.cells.size() != columns_.size()) {
    row.fault = {.code = "cells", .reason = fmt::format("the row has {} cells; the file has {} columns", row.cells.size(), columns_.size())};
  }
}

Result<bool> CsvReader::read_row(RawRow& row) {
  skip_line_ends();
  row.fault.reset();
  row.line = line_;
  const bool is_over = peek() < 0;
  if (is_over && stream_.failure()) return fail(*stream_.failure());
  if (is_over) return false;
  if (!take_simple_row(row)) WM_CHECK_OK(take_any_row(row));
  const std::string_view text = behind_ascii(window_.substr(0, at_));
  if (!is_valid_utf8(text)) row.fault = {.code = "encoding", .reason = "the row is not valid UTF-8; if the whole file is in another encoding, name it with --encoding"};
  else if (text.find('\0') != std::string_view::npos) row.fault = {.code = "encoding", .reason = "the row holds a zero byte"};
  stream_.consume(at_);
  at_ = 0;
  window_ = stream_.available();
  return true;
}

// Most rows lie wholly in the window, and where they quote, they quote whole cells without quotes and line ends in them: their cells
// are views of the window. False for all others, of which nothing is taken then.
bool CsvReader::take_simple_row(RawRow& row) {
  if (dialect_.is_blanks) return false;
  const std::string_view text = window_.substr(0, kRowBytesMax);
  std::size_t used = 0;
  for (std::size_t at = 0;; ++at) {
    if (used == row.cells.size()) row.cells.resize(std::max(columns_.size(), used + 1));
    RowCell& cell = row.cells[used++];
    cell.form = CellForm::plain;
    if (at < text.size() && text[at] == '"') {
      const std::size_t begin = at + 1;
      at = std::min(text.find('"', begin), text.size());
      cell.text = text.substr(begin, at - begin);
      const bool has_line_end = cell.text.find('\n') != std::string_view::npos || cell.text.find('\r') != std::string_view::npos;
      if (has_line_end || ++at >= text.size() || (text[at] != dialect_.delimiter && !is_line_end(text[at]))) return false;
    } else {
      const std::size_t begin = at;
      at = end_of_cell(text, at, dialect_.delimiter);
      if (at == text.size()) return false;
      cell.text = text.substr(begin, at - begin);
    }
    if (text[at] == dialect_.delimiter) continue;
    row.cells.resize(used);
    at_ = at;
    row.text = text.substr(0, at);
    return true;
  }
}

Result<void> CsvReader::take_any_row(RawRow& row) {
  own_.clear();
  starts_.clear();
  for (bool is_over = false; !is_over;) {
    starts_.push_back(own_.size());
    if (dialect_.is_blanks) skip_blanks();
    if (peek() == '"') {
      WM_CHECK_OK(read_quoted(row));
    } else {
      read_plain();
    }
    if (at_ > kRowBytesMax) {
      row.fault = {.code = "row_size", .reason = fmt::format("the row is longer than {} bytes", kRowBytesMax)};
      skip_rest_of_line();
    }
    is_over = !at_delimiter();
  }
  if (stream_.failure()) return fail(*stream_.failure());
  row.text = own_;
  row.cells.assign(starts_.size(), {});
  starts_.push_back(own_.size());
  for (std::size_t i = 0; i < row.cells.size(); ++i) row.cells[i].text = row.text.substr(starts_[i], starts_[i + 1] - starts_[i]);
  return {};
}

void CsvReader::skip_line_ends() {
  if (window_.size() >= 2 && window_[0] == '\n' && !is_line_end(window_[1]) && !dialect_.is_blanks) {
    ++line_;
    stream_.skip(1);
    window_.remove_prefix(1);
    return;
  }
  std::size_t ends = 0;
  while (true) {
    std::size_t ahead = ends;
    if (dialect_.is_blanks) while (is_blank(peek(ahead))) ++ahead;
    const int c = peek(ahead);
    if (dialect_.is_blanks && c < 0) ends = ahead;
    if (!is_line_end(c)) break;
    ends = ahead + 1;
    if (c == '\n' || peek(ends) != '\n') ++line_;
  }
  stream_.skip(ends);
  at_ = 0;
  window_ = stream_.available();
}

Result<void> CsvReader::read_quoted(RawRow& row) {
  const std::uint64_t opened_on = line_;
  ++at_;
  while (true) {
    const int c = peek();
    if (c < 0 && stream_.failure()) return fail(*stream_.failure());
    if (c < 0 || at_ > kRowBytesMax) {
      const std::string reach = c < 0 ? "before the file ends" : fmt::format("within {} bytes, the most a row may have", kRowBytesMax);
      return fail({.code = ErrorCode::invalid, .message = fmt::format("the quote that opens on line {} is not closed {}", opened_on, reach),
                   .hint = "close it, or write a quote inside a quoted cell twice", .where = file_, .position = {.line = static_cast<std::uint32_t>(opened_on)}});
    }
    ++at_;
    if (c == '\n' || (c == '\r' && peek() != '\n')) ++line_;
    if (c != '"') {
      own_ += static_cast<char>(c);
      continue;
    }
    if (peek() != '"') break;
    own_ += '"';
    ++at_;
  }
  const std::size_t closed_at = own_.size();
  read_plain();
  if (dialect_.is_blanks || trimmed(std::string_view(own_).substr(closed_at)).empty()) own_.resize(closed_at);
  else row.fault = {.code = "quote", .reason = "there is text between a closing quote and the next delimiter; a quote inside a quoted cell is written twice"};
  return {};
}

void CsvReader::read_plain() {
  while (at_ <= kRowBytesMax) {
    const int c = peek();
    if (c < 0 || is_line_end(c) || (dialect_.is_blanks ? is_blank(c) : c == dialect_.delimiter)) return;
    own_ += static_cast<char>(c);
    ++at_;
  }
}

void CsvReader::skip_blanks() {
  while (is_blank(peek())) ++at_;
}

void CsvReader::skip_rest_of_line() {
  while (peek() >= 0 && !is_line_end(peek())) {
    stream_.consume(++at_);  // bytes of a row that is given up need not stay in memory
    at_ = 0;
    window_ = stream_.available();
  }
}

bool CsvReader::at_delimiter() {
  if (dialect_.is_blanks) {
    skip_blanks();
    return peek() >= 0 && !is_line_end(peek());
  }
  if (peek() != dialect_.delimiter) return false;
  ++at_;
  return true;
}

int CsvReader::peek(std::size_t ahead) {
  while (at_ + ahead >= window_.size()) {
    const bool is_more = stream_.more();
    window_ = stream_.available();
    if (!is_more) return -1;
  }
  return static_cast<unsigned char>(window_[at_ + ahead]);
}

}  // namespace wanamaker
