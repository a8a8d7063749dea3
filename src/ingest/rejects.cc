#include "ingest/rejects.h"

#include "ingest/reject_records.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

namespace wanamaker {
namespace {

bool is_edge(char c) { return c >= 0 && c <= ' '; }

// Of a file or a directory.
bool sync_path(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool is_synced = ::fsync(file) == 0;
  ::close(file);
  return is_synced;
}

}  // namespace

RejectsFile::RejectsFile(std::string path, char delimiter, std::vector<std::string> columns, Start start)
    : path_(std::move(path)), delimiter_(delimiter), columns_(std::move(columns)), start_(start) {}

std::unexpected<Error> RejectsFile::unwritable() const {
  return fail({.code = ErrorCode::failure, .message = "the rejects file cannot be written", .hint = "name another one with --rejects", .where = path_});
}

std::string RejectsFile::header() const {
  std::string line;
  for (const std::string& column : columns_) append_cell(line, column);
  for (const std::string_view column : kRejectColumns) append_cell(line, column);
  line.back() = '\n';
  return line;
}

Result<void> RejectsFile::check_writable() const {
  std::error_code status;
  const bool was_there = std::filesystem::exists(path_, status);
  if (!std::ofstream(path_, std::ios::binary | std::ios::app)) return unwritable();
  if (!was_there) std::filesystem::remove(path_, status);
  return {};
}

// Not so: /dev/null and the like, which are left as they are.
bool RejectsFile::is_regular() const {
  std::error_code status;
  return std::filesystem::is_regular_file(path_, status);
}

Result<void> RejectsFile::drop_behind(std::uint64_t row) {
  RejectRecords records(path_, header());
  if (!records.is_ours()) return {};
  std::uint64_t kept_bytes = records.offset();
  for (std::string text; records.next(text); kept_bytes = records.offset()) {
    const auto record = reject_record_of(text, delimiter_);
    if (record && record->row > row) break;
  }
  std::error_code status;
  if (std::filesystem::file_size(path_, status) != kept_bytes && !status) std::filesystem::resize_file(path_, kept_bytes, status);
  if (status) return unwritable();
  return {};
}

Result<void> RejectsFile::open() {
  const std::string wanted = header();
  const bool is_same = start_ == Start::continued && RejectRecords(path_, wanted).is_ours();
  stream_.open(path_, std::ios::binary | (is_same ? std::ios::app : std::ios::trunc));
  if (!stream_) return unwritable();
  std::error_code status;
  if (is_regular()) std::filesystem::permissions(path_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, status);
  if (status) return unwritable();
  if (!is_same) stream_ << wanted;
  return {};
}

std::string RejectsFile::line_of(const RawRow& row, const RowFault& fault) const {
  std::string line;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::string text(i < row.cells.size() ? row.cells[i].text : std::string_view());
    const bool has_surplus = fault.code == "cells" && i + 1 == columns_.size();
    for (std::size_t j = i + 1; has_surplus && j < row.cells.size(); ++j) text.append(1, delimiter_).append(row.cells[j].text);
    append_cell(line, text);
  }
  append_cell(line, std::to_string(row.number));
  append_cell(line, fault.code);
  append_cell(line, fault.reason);
  line.back() = '\n';
  return line;
}

Result<void> RejectsFile::add(const RawRow& row, const RowFault& fault) {
  if (!stream_.is_open()) WM_CHECK_OK(open());
  stream_ << line_of(row, fault);
  is_synced_ = false;
  if (!stream_) return unwritable();
  return {};
}

Result<void> RejectsFile::sync() {
  if (is_synced_) return {};
  const std::filesystem::path folder = std::filesystem::absolute(path_).parent_path();
  const bool is_flushed = !stream_.flush().fail();
  if (!is_flushed || (is_regular() && (!sync_path(path_) || !sync_path(folder)))) return unwritable();
  is_synced_ = true;
  return {};
}

Result<void> RejectsFile::close() {
  if (!stream_.is_open()) return {};
  stream_.close();
  is_closed_ = true;
  if (stream_.fail()) return unwritable();
  return {};
}

// Quoted where the reader would otherwise see something else, and where a spreadsheet would cut blanks at the edges.
void RejectsFile::append_cell(std::string& line, std::string_view text) const {
  const bool is_plain = text.find_first_of("\"\r\n") == std::string_view::npos && text.find(delimiter_) == std::string_view::npos &&
                        (text.empty() || (!is_edge(text.front()) && !is_edge(text.back())));
  if (is_plain) {
    line.append(text).append(1, delimiter_);
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line.append("\"").append(1, delimiter_);
}

}  // namespace wanamaker
