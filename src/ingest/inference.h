#pragma once
// Which type a column has, from its cells. Each cell can only rule types out; what is left after the last cell holds for all
// of them, so the order of rows does not matter.
//   number     canonical decimal: no leading zeros, no plus, at most 18 digits    0, -12.5; not 00123
//   boolean    true or false in any case      date  YYYY-MM-DD
//   timestamp  RFC 3339, or YYYY-MM-DD[ T]HH:MM[:SS[.fff]]      set  JSON arrays
//   text       all else, and every mix. A text, number or boolean of JSON is what JSON says it is.

#include "ingest/date_format.h"
#include "ingest/row_source.h"

#include "model/value.h"

#include <cstdint>
#include <optional>

namespace wanamaker {

class ColumnEvidence {
 public:
  // `format` is --date-format or null.
  void take(const RowCell& cell, const DateFormat* format);

  std::uint64_t known() const { return known_; }
  // The type by the table above; `format` counts for columns where each cell has that form.
  ValueType type(const DateFormat* format) const;
  // Every known cell is `-?\d+(,\d+)?` and at least one has a comma.
  bool has_decimal_comma() const { return known_ > 0 && could_be_comma_ && comma_seen_; }
  // … and each comma could separate thousands as well.
  bool is_comma_ambiguous() const { return has_decimal_comma() && !comma_proven_; }
  bool has_decimal_point() const { return point_seen_; }
  // Cells that are canonical numbers, also where others are not.
  std::uint64_t numbers() const { return numbers_; }
  const DateOrder& date_order() const { return date_order_; }

 private:
  void take_number(std::string_view text);

  std::uint64_t known_ = 0;
  std::uint64_t numbers_ = 0;
  bool could_be_number_ = true;
  bool could_be_comma_ = true;
  bool could_be_boolean_ = true;
  bool could_be_date_ = true;
  bool could_be_timestamp_ = true;
  bool could_be_set_ = true;
  bool could_be_format_ = true;
  bool point_seen_ = false;
  bool comma_seen_ = false;
  bool comma_proven_ = false;
  DateOrder date_order_;
};

}  // namespace wanamaker
