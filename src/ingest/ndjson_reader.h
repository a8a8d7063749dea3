#pragma once
// One JSON object a line. Nested objects are flattened, their keys joined by `_`; an array of texts is one cell, and so is any
// other array or object in an array, as JSON text. null is an empty cell, a key that is not there an absent one.
// Numbers keep their exact text. A line that is no object, or too long, is a row with a fault; empty lines are passed over.

#include "ingest/row_source.h"

#include "base/json.h"

#include <memory>
#include <unordered_map>

namespace wanamaker {

class NdjsonReader : public RowSource {
 public:
  // With `known_columns` a key that is not among them is a fault of its row; without, columns grow as keys are met.
  static Result<std::unique_ptr<NdjsonReader>> open(TextStream stream, std::optional<std::vector<std::string>> known_columns, std::string file);

  const std::vector<std::string>& columns() const override { return columns_; }
  Result<bool> next(RawRow& row) override;
  const TextStream& stream() const override { return stream_; }

 private:
  NdjsonReader(TextStream stream, std::string file);
  Result<std::optional<std::string>> next_line(RawRow& row);
  void take_line(std::string_view line, RawRow& row);
  void flatten(const Json& object, const std::string& prefix, RawRow& row);
  void put(const std::string& key, const Json& value, RawRow& row);
  std::optional<std::size_t> position_of(const std::string& key);

  TextStream stream_;
  std::string file_;
  std::vector<std::string> columns_;
  std::unordered_map<std::string, std::size_t> positions_;
  bool may_grow_ = true;
  std::uint64_t line_ = 0;  // line ends passed
  std::uint64_t rows_ = 0;
};

// True where the sample starts as NDJSON does.
bool looks_like_ndjson(std::string_view sample);

}  // namespace wanamaker
