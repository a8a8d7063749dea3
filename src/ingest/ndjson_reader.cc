#include "ingest/ndjson_reader.h"

#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

bool is_json_space(char c) { return kWhiteSpace.find(c) != std::string_view::npos; }

// Finds where an element of an array ends, whatever is in it.
class ElementEnd {
 public:
  // True for the first character behind the element.
  bool is_at(char c) {
    if (in_text_) {
      in_text_ = is_escaped_ || c != '"';
      is_escaped_ = !is_escaped_ && c == '\\';
      return false;
    }
    if (depth_ == 0 && (c == ',' || c == ']' || is_json_space(c))) return true;
    if (c == '"') in_text_ = true;
    if (c == '{' || c == '[') ++depth_;
    if ((c == '}' || c == ']') && depth_ > 0) --depth_;
    return false;
  }

 private:
  std::uint64_t depth_ = 0;
  bool in_text_ = false;
  bool is_escaped_ = false;
};

}  // namespace

std::optional<JsonLayout> json_layout_of(std::string_view sample) {
  const auto first = sample.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return std::nullopt;
  if (sample[first] == '{') return JsonLayout::lines;
  const auto second = sample.find_first_not_of(kWhiteSpace, first + 1);
  const bool is_array = sample[first] == '[' && second != std::string_view::npos && (sample[second] == '{' || sample[second] == ']');
  return is_array ? std::optional(JsonLayout::array) : std::nullopt;
}

Result<std::unique_ptr<NdjsonReader>> NdjsonReader::open(TextStream stream, JsonLayout layout, std::optional<std::vector<std::string>> known_columns, std::string file) {
  std::unique_ptr<NdjsonReader> reader(new NdjsonReader(std::move(stream), layout, std::move(file)));
  if (!known_columns) return reader;
  for (const std::string& column : *known_columns) reader->position_of(column);
  reader->may_grow_ = false;
  return reader;
}

NdjsonReader::NdjsonReader(TextStream stream, JsonLayout layout, std::string file) : stream_(std::move(stream)), layout_(layout), file_(std::move(file)) {}

Result<bool> NdjsonReader::next(RawRow& row) {
  row.fault.reset();
  row.text = {};
  made_.clear();
  WM_TRY(const std::optional<std::string> text, layout_ == JsonLayout::array ? next_element(row) : next_line(row));
  if (!text) return false;
  row.number = ++rows_;
  row.cells.assign(columns_.size(), RowCell{.form = CellForm::absent});
  if (!row.fault) take_object(*text, row);
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
    row.line = line_ + 1;
    mark_if_too_long(line, row);
    return line;
  }
}

// The next element of the array, without what separates it from the others; the limit holds for it as for a line.
Result<std::optional<std::string>> NdjsonReader::next_element(RawRow& row) {
  WM_TRY(const bool is_there, skip_to_element());
  if (!is_there) return std::nullopt;
  row.line = line_ + 1;
  std::string element;
  ElementEnd end;
  bool is_over = false;
  while (!is_over) {
    if (stream_.available().empty() && !stream_.more()) {
      if (stream_.failure()) return fail(*stream_.failure());
      return unclosed_array();
    }
    const std::string_view window = stream_.available();
    const auto behind = std::ranges::find_if(window, [&](char c) { return end.is_at(c); });
    const std::string_view piece = window.substr(0, static_cast<std::size_t>(behind - window.begin()));
    is_over = behind != window.end();
    if (element.size() <= kRowBytesMax) element += piece;
    line_ += static_cast<std::uint64_t>(std::ranges::count(piece, '\n'));
    stream_.consume(piece.size());
  }
  mark_if_too_long(element, row);
  return element;
}

// False behind the end of the array. A comma too many is passed over as an empty line is.
Result<bool> NdjsonReader::skip_to_element() {
  while (!stream_.available().empty() || stream_.more()) {
    const char c = stream_.available().front();
    if (c == '\n') ++line_;
    else if (c == '[' && opened_on_ == 0) opened_on_ = line_ + 1;
    else if (c == ']' && !is_closed_) is_closed_ = true;
    else if (is_closed_ && !is_json_space(c)) return broken_array(line_ + 1, "there is text behind the end of the JSON array", "give one array of objects, or one object a line");
    else if (c != ',' && !is_json_space(c)) return true;
    stream_.skip(1);
  }
  if (stream_.failure()) return fail(*stream_.failure());
  if (is_closed_) return false;
  return unclosed_array();
}

std::unexpected<Error> NdjsonReader::unclosed_array() const {
  return broken_array(opened_on_, fmt::format("the JSON array that opens on line {} is not closed before the file ends", opened_on_), "it was probably cut: export it again, whole");
}

std::unexpected<Error> NdjsonReader::broken_array(std::uint64_t line, std::string message, std::string hint) const {
  return fail({.code = ErrorCode::invalid, .message = std::move(message), .hint = std::move(hint), .where = file_, .position = {.line = static_cast<std::uint32_t>(line)}});
}

void NdjsonReader::mark_if_too_long(std::string_view text, RawRow& row) const {
  if (text.size() > kRowBytesMax) row.fault = {.code = "row_size", .reason = fmt::format("the row is longer than {} bytes", kRowBytesMax)};
}

void NdjsonReader::take_object(std::string_view text, RawRow& row) {
  if (!is_valid_utf8(text)) {
    row.fault = {.code = "encoding", .reason = "the row is not valid UTF-8"};
    return;
  }
  const bool is_line = layout_ == JsonLayout::lines;
  const std::string_view what = is_line ? "line" : "element";
  const std::string_view expected = is_line ? "one object a line was expected" : "an array of objects was expected";
  auto json = Json::parse(text);
  if (json && json->as_object() != nullptr) return flatten(object_ = std::move(*json), {}, row);
  row.fault = {.code = std::string(kUnreadJson), .reason = fmt::format("the {} {}; {}", what, json ? "is no JSON object" : "is not valid JSON, or has a key twice", expected)};
  // As it was, so that it can be mended: see ingest/rejects.h.
  if (!row.cells.empty()) row.cells.front() = {.text = made_.emplace_back(text), .form = CellForm::json_text};
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
  if (cell.text.find('\0') != std::string_view::npos) row.fault = {.code = "encoding", .reason = "a text holds a zero character"};
}

RowCell NdjsonReader::cell_of(const Json& value) {
  if (value.is_null()) return {};
  if (const std::string* text = value.as_string()) return {.text = *text, .form = CellForm::json_text};
  if (const Json::Number* number = value.as_number()) return {.text = number->text, .form = CellForm::json_number};
  if (const bool* truth = value.as_bool()) return {.text = *truth ? "true" : "false", .form = CellForm::json_boolean};
  const Json::Array* array = value.as_array();
  const bool is_set = array != nullptr && std::ranges::all_of(*array, [](const Json& element) { return element.as_string() != nullptr; });
  if (is_set && array->empty()) return {};
  return {.text = made_.emplace_back(value.dump()), .form = is_set ? CellForm::json_array : CellForm::json_text};
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
