#pragma once
// --derive and --where: expressions of the segment language over the cells of one row. A name is a column (in the file's
// spelling, in snake case or as renamed; `#row` in back-ticks is the number of the row) or a derived one.
//   derive  arithmetic over number columns, exact; a missing operand or a division by zero gives missing
//   where   comparisons, and, or, not; texts compare by key, a timestamp with a date by its day in the zone. What looks at
//           the present (windows but since, before, between, on) or at other data is not for it. Rows for which it is
//           false are left out.

#include "base/result.h"
#include "ingest/row_source.h"
#include "calendar/zone.h"
#include "model/value.h"

#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace wanamaker {

// A column that expressions may name. Its value stands at the same position in the values given to the rules.
struct RuleColumn {
  std::vector<std::string> names;  // all that find it
  ValueType type = ValueType::text;
};

struct RuleTexts {
  struct Derivation {
    std::string name;
    std::string expression;
  };
  std::vector<Derivation> derive;
  std::string where;
};

// The value of each column for one row; a cell that could not be read is a fault that counts once a rule asks for it.
using RuleValue = std::expected<Value, RowFault>;

// Immutable.
class RowRules {
 public:
  // Errors: invalid (syntax, an unknown column with a suggestion, a type that does not fit, a form that needs more than a row).
  static Result<RowRules> compile(const RuleTexts& texts, std::vector<RuleColumn> columns, const Zone& zone);
  RowRules(RowRules&&) noexcept;
  RowRules& operator=(RowRules&&) noexcept;
  ~RowRules();

  bool is_empty() const;
  // Appends the derived values to `values`, in the order of the derivations. Faults: `derive`, a result of over 18 digits.
  void derive(std::vector<RuleValue>& values) const;
  // `values` with the derived ones. Faults: that of a cell which decides.
  std::expected<bool, RowFault> keeps(const std::vector<RuleValue>& values) const;

 private:
  struct Program;
  explicit RowRules(std::unique_ptr<Program> program);
  std::unique_ptr<Program> program_;
};

}  // namespace wanamaker
