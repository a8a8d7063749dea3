#pragma once
// One JSON object a line, or one array of objects in any layout, element by element: never more than one row is in memory. Nested objects are flattened, their keys joined by `_`; an array of texts is one cell, and so is any
// other array or object in an array, as JSON text. null is an empty cell, a key that is not there an absent one.
// Numbers keep their exact text. A line or element that is no object, or too long, is a row with a fault; empty lines are passed
// over. An array that is never closed is an error, since nobody knows what is missing. What closes an array does not count as
// consumed, so an array that has grown goes on behind its last element.

#include "ingest/row_source.h"

#include "base/json.h"

#include <deque>
#include <memory>
#include <unordered_map>

namespace wanamaker {

enum class JsonLayout : std::uint8_t { lines, array };

class NdjsonReader : public RowSource {
 public:
  // With `known_columns` a key that is not among them is a fault of its row; without, columns grow as keys are met.
  static Result<std::unique_ptr<NdjsonReader>> open(TextStream stream, JsonLayout layout, std::optional<std::vector<std::string>> known_columns, std::string file);

  const std::vector<std::string>& columns() const override { return columns_; }
  Result<bool> next(RawRow& row) override;
  const TextStream& stream() const override { return stream_; }

 private:
  NdjsonReader(TextStream stream, JsonLayout layout, std::string file);
  Result<std::optional<std::string>> next_line(RawRow& row);
  Result<std::optional<std::string>> next_element(RawRow& row);
  Result<bool> skip_to_element();
  void mark_if_too_long(std::string_view text, RawRow& row) const;
  std::unexpected<Error> unclosed_array() const;
  std::unexpected<Error> broken_array(std::uint64_t line, std::string message, std::string hint) const;
  void take_object(std::string_view line, RawRow& row);
  RowCell cell_of(const Json& value);
  void flatten(const Json& object, const std::string& prefix, RawRow& row);
  void put(const std::string& key, const Json& value, RawRow& row);
  std::optional<std::size_t> position_of(const std::string& key);

  TextStream stream_;
  JsonLayout layout_;
  std::string file_;
  std::vector<std::string> columns_;
  std::unordered_map<std::string, std::size_t> positions_;
  bool may_grow_ = true;
  std::uint64_t line_ = 0;        // line ends passed
  std::uint64_t opened_on_ = 0;   // line of the array's `[`; 0 before it
  bool is_closed_ = false;        // behind its `]`
  std::uint64_t rows_ = 0;
  Json object_;                   // of the row, which its cells are views of
  std::deque<std::string> made_;  // likewise, texts that do not stand in it
};

// How the rows of the sample are laid out where it starts as JSON: with `{`, or with `[` and then `{` or `]`.
std::optional<JsonLayout> json_layout_of(std::string_view sample);

}  // namespace wanamaker
