#include "ingest/ndjson_reader.h"

#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

RowCell cell_of(const Json& value) {
  if (value.is_null()) return {};
  if (const std::string* text = value.as_string()) return {.text = *text, .form = CellForm::json_text};
  if (const Json::Number* number = value.as_number()) return {.text = number->text, .form = CellForm::json_number};
  if (const bool* truth = value.as_bool()) return {.text = *truth ? "true" : "false", .form = CellForm::json_boolean};
  const Json::Array* array = value.as_array();
  const bool is_set = array != nullptr && std::ranges::all_of(*array, [](const Json& element) { return element.as_string() != nullptr; });
  if (is_set && array->empty()) return {};
  return {.text = value.dump(), .form = is_set ? CellForm::json_array : CellForm::json_text};
}

}  // namespace

bool looks_like_ndjson(std::string_view sample) {
  const auto first = sample.find_first_not_of(kWhiteSpace);
  return first != std::string_view::npos && sample[first] == '{';
}

Result<std::unique_ptr<NdjsonReader>> NdjsonReader::open(TextStream stream, std::optional<std::vector<std::string>> known_columns, std::string file) {
  std::unique_ptr<NdjsonReader> reader(new NdjsonReader(std::move(stream), std::move(file)));
  if (!known_columns) return reader;
  for (const std::string& column : *known_columns) reader->position_of(column);
  reader->may_grow_ = false;
  return reader;
}

NdjsonReader::NdjsonReader(TextStream stream, std::string file) : stream_(std::move(stream)), file_(std::move(file)) {}

Result<bool> NdjsonReader::next(RawRow& row) {
  row.fault.reset();
  WM_TRY(const std::optional<std::string> line, next_line(row));
  if (!line) return false;
  row.number = ++rows_;
  row.line = line_ + 1;
  row.cells.assign(columns_.size(), RowCell{.form = CellForm::absent});
  if (!row.fault) take_line(*line, row);
  row.cells.resize(columns_.size(), RowCell{.form = CellForm::absent});
  return true;
}

// The next line with something on it, without its end. What exceeds the limit is dropped and marked as a fault.
Result<std::optional<std::string>> NdjsonReader::next_line(RawRow& row) {
  while (true) {
    std::string line;
    bool is_over = false;
    while (!is_over) {
      if (stream_.available().empty() && !stream_.more()) break;
      const std::string_view window = stream_.available();
      if (line.empty() && window.front() == '\n') {
        stream_.skip(1);
        ++line_;
        continue;
      }
      const std::size_t end = std::min(window.find('\n'), window.size());
      if (line.size() <= kRowBytesMax) line += window.substr(0, end);
      is_over = end < window.size();
      stream_.skip(end);
      if (line.size() > kRowBytesMax) stream_.settle();
    }
    if (stream_.failure()) return fail(*stream_.failure());
    if (line.empty()) return std::nullopt;
    if (line.find_first_not_of(kWhiteSpace) == std::string::npos) continue;
    stream_.settle();
    if (line.size() > kRowBytesMax) row.fault = {.code = "row_size", .reason = fmt::format("the row is longer than {} bytes", kRowBytesMax)};
    return line;
  }
}

void NdjsonReader::take_line(std::string_view line, RawRow& row) {
  if (!is_valid_utf8(line)) {
    row.fault = {.code = "encoding", .reason = "the row is not valid UTF-8"};
    return;
  }
  const auto json = Json::parse(line);
  if (!json) row.fault = {.code = "json", .reason = "the line is not valid JSON, or has a key twice; one object a line was expected"};
  else if (json->as_object() == nullptr) row.fault = {.code = "json", .reason = "the line is no JSON object; one object a line was expected"};
  else flatten(*json, {}, row);
}

// Goes as deep as the JSON does, and Json::parse limits that.
void NdjsonReader::flatten(const Json& object, const std::string& prefix, RawRow& row) {
  for (const auto& [key, value] : *object.as_object()) {
    const std::string name = prefix + key;
    if (value.as_object() != nullptr) flatten(value, name + "_", row);
    else put(name, value, row);
  }
}

void NdjsonReader::put(const std::string& key, const Json& value, RawRow& row) {
  const auto position = position_of(key);
  if (!position) {
    row.fault = {.code = "columns", .reason = "a key of this row stands in none of the first rows from which the columns are known"};
    return;
  }
  if (*position >= row.cells.size()) row.cells.resize(*position + 1, RowCell{.form = CellForm::absent});
  RowCell& cell = row.cells[*position];
  if (cell.form != CellForm::absent) row.fault = {.code = "columns", .reason = fmt::format("two keys come to the column '{}' when nested ones are joined by _", columns_[*position])};
  cell = cell_of(value);
  if (cell.text.find('\0') != std::string::npos) row.fault = {.code = "encoding", .reason = "a text holds a zero character"};
}

std::optional<std::size_t> NdjsonReader::position_of(const std::string& key) {
  const auto found = positions_.find(key);
  if (found != positions_.end()) return found->second;
  if (!may_grow_ || columns_.size() >= 10'000) return std::nullopt;  // keys that are data (ids, dates) would fill the memory
  positions_.emplace(key, columns_.size());
  columns_.push_back(key);
  return columns_.size() - 1;
}

}  // namespace wanamaker
