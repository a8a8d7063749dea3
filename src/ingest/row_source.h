#pragma once
// Rows of a file, whatever its form: cells beside columns, each row with its number, its place and, where it cannot be read,
// what is wrong with it. Key idea: a cell is a view of the file's text, so that nothing is copied of rows that are taken in.

#include "base/result.h"
#include "ingest/text_stream.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

inline constexpr std::size_t kRowBytesMax = 1024 * 1024;  // PROMISES.md, Security: a row 1 MiB

// How a cell was written. CSV knows only texts; JSON says itself what is a number and what a text of digits.
enum class CellForm : std::uint8_t { plain, json_text, json_number, json_boolean, json_array, absent };

struct RowCell {
  std::string_view text = {};
  CellForm form = CellForm::plain;
};

// Why a row is rejected: a short code for programs, a sentence for people. The sentence never holds a value of the row.
struct RowFault {
  std::string code;
  std::string reason;
};

// Of a line or an element that is no JSON object; its text stands in the first cell.
inline constexpr std::string_view kUnreadJson = "json";

// The texts of its cells stand with the source, and only until that is asked for the next row: what is kept longer goes into KeptRows.
struct RawRow {
  std::uint64_t number = 0;  // 1-based data row
  std::uint64_t line = 0;    // 1-based line of the file where it starts
  std::vector<RowCell> cells = {};
  std::optional<RowFault> fault = {};
  std::string_view text = {};  // in which all cells stand; empty where they stand apart
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  // As spelled in the file. NDJSON: the keys seen so far, nested ones joined by `_`.
  virtual const std::vector<std::string>& columns() const = 0;
  // False at the end. Errors: what makes the rest of the file unreadable.
  virtual Result<bool> next(RawRow& row) = 0;
  // After `next` the stream stands at the end of that row.
  virtual const TextStream& stream() const = 0;
};

bool is_white_space(std::string_view text);  // Unicode's and nothing else; also where it is empty

// True where the cell counts as missing: absent, empty or white space only.
inline bool is_missing(const RowCell& cell) {
  if (cell.form == CellForm::absent || cell.text.empty()) return true;
  return cell.text.front() <= ' ' && is_white_space(cell.text);  // most begin with a sign of ASCII
}

}  // namespace wanamaker
