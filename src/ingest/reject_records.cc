#include "ingest/reject_records.h"

#include "ingest/row_source.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace wanamaker {
namespace {

constexpr std::size_t kRecordBytesMax = 4 * kRowBytesMax;  // a row, each of whose characters may be a quote, and the reason

std::string unquoted(std::string_view cell) {
  if (!cell.starts_with('"')) return std::string(cell);
  std::string text;
  for (std::size_t i = 1; i + 1 < cell.size(); ++i) {
    text += cell[i];
    if (cell[i] == '"') ++i;
  }
  return text;
}

}  // namespace

std::optional<RejectRecord> reject_record_of(std::string_view text, char delimiter) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::array<std::size_t, 3> delimiters{};  // the last three outside of quotes
  std::size_t found = 0;
  bool in_quotes = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') in_quotes = !in_quotes;
    if (in_quotes || text[i] != delimiter) continue;
    std::rotate(delimiters.begin(), delimiters.begin() + 1, delimiters.end());
    delimiters.back() = i;
    ++found;
  }
  if (found < delimiters.size()) return std::nullopt;
  const auto cell = [&](std::size_t i, std::size_t end) { return text.substr(delimiters.at(i) + 1, end - delimiters.at(i) - 1); };
  const std::string_view row = cell(0, delimiters[1]);
  RejectRecord record{.row = 0, .code = unquoted(cell(1, delimiters[2])), .reason = unquoted(cell(2, text.size()))};
  const auto [end, status] = std::from_chars(row.data(), row.data() + row.size(), record.row);
  if (status != std::errc() || end != row.data() + row.size()) return std::nullopt;
  return record;
}

RejectRecords::RejectRecords(const std::string& path, std::string_view header) : stream_(path, std::ios::binary) {
  std::string present(header.size(), '\0');
  is_ours_ = stream_.read(present.data(), static_cast<std::streamsize>(present.size())) && present == header;
  offset_ = is_ours_ ? header.size() : 0;
}

bool RejectRecords::next(std::string& text) {
  text.clear();
  bool in_quotes = false;
  for (std::string line; is_ours_ && text.size() < kRecordBytesMax && std::getline(stream_, line) && !stream_.eof();) {
    if (std::ranges::count(line, '"') % 2 != 0) in_quotes = !in_quotes;
    text.append(line).append(1, '\n');
    if (in_quotes) continue;
    offset_ += text.size();
    return true;
  }
  return false;
}

}  // namespace wanamaker
