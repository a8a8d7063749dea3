#pragma once
// A raw row as a row of a batch, by the plan: ids and times from their columns, cells as values of their types, derived values,
// and the test of --where. The columns of the batch are those of the plan, then the derived ones; for events, a column whose
// type an event's own schema has otherwise stands a second time with that type.

#include "ingest/plan.h"
#include "ingest/row_rules.h"
#include "ingest/target.h"

#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace wanamaker {

struct BuiltRow {
  BatchRow row;
  std::vector<bool> is_absent;  // beside the values: keys that an NDJSON row does not have; empty where all are there
};
struct FilteredRow {};
using RowOutcome = std::variant<BuiltRow, FilteredRow, RowFault>;

// Single-threaded.
class RowBuilder {
 public:
  // Errors: of the expressions; conflict, where a derived name has another type than number in the schema.
  static Result<RowBuilder> make(const ImportPlan& plan, const ImportOptions& options, const ImportTarget& target);

  RowOutcome build(const RawRow& raw);
  const std::vector<BatchColumn>& columns() const { return columns_; }

 private:
  struct Slot {
    std::size_t column = 0;  // in columns_
    CellRules rules;
  };
  RowBuilder(const ImportPlan& plan, const ImportTarget& target, RowRules rules, std::vector<BatchColumn> columns, std::vector<std::size_t> derived);
  std::expected<std::string, RowFault> id_cell(const RawRow& raw, const PlannedRole& role, std::string_view code) const;
  std::expected<void, RowFault> take_roles(const RawRow& raw, BatchRow& row) const;
  std::expected<void, RowFault> take_event_roles(const RawRow& raw, BatchRow& row) const;
  RuleValue role_value(const RawRow& raw, const PlannedRole& role, ValueType type) const;
  std::expected<bool, RowFault> apply_rules(const RawRow& raw, const std::vector<RuleValue>& cells, std::vector<RuleValue>& derived) const;
  const std::vector<Slot>& slots_for(const std::string& event);
  std::vector<Slot> make_slots(const std::string& event);

  const ImportPlan& plan_;
  const ImportTarget& target_;
  RowRules rules_;
  std::vector<BatchColumn> columns_;
  std::vector<std::size_t> derived_;  // positions in columns_
  std::unordered_map<std::string, std::vector<Slot>> slots_;  // by event name; "" for all else
};

}  // namespace wanamaker
