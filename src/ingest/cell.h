#pragma once
// One cell as a value of a type. A cell that does not fit its type is a fault, never another value; the fault says what was
// expected and not what was there.

#include "ingest/date_format.h"
#include "ingest/row_source.h"
#include "calendar/zone.h"

#include "model/value.h"

#include <expected>

namespace wanamaker {

struct CellRules {
  ValueType type = ValueType::text;
  bool has_decimal_comma = false;
  const DateFormat* format = nullptr;  // dates and timestamps that are not year-first; null: year-first only
  const Zone* zone = nullptr;          // of times without an offset; never null where the type is timestamp
  char set_separator = '|';
};

// Missing where the cell is. Faults: `type`, and `time_gap` for a local time that a clock change leaves out.
std::expected<Value, RowFault> read_cell(const RowCell& cell, const CellRules& rules);

// As a timestamp, where a bare date is the first instant of its day. The cell is not missing. Faults: `time`, `time_gap`.
std::expected<Timestamp, RowFault> read_instant(const RowCell& cell, const CellRules& rules);

}  // namespace wanamaker
