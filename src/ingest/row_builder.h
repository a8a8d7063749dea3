#pragma once
// A raw row as a row of a batch, by the plan: ids and times from their columns, cells as values of their types, derived values,
// and the test of --where. The columns of the batch are those of the plan, then the derived ones; for events, a column whose
// type an event's own schema has otherwise stands a second time with that type.
// Key idea: the schema counts as it was when the import began. What the import itself adds to it has the types of the plan, so that
// rows can be made while earlier ones are taken in. Whether a contact is known, where that counts, is asked by others, for many rows at once.

#include "ingest/plan.h"
#include "ingest/row_rules.h"
#include "ingest/target.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace wanamaker {

struct BuiltRow {
  BatchRow row;
  std::vector<bool> is_absent;  // beside the values: keys that an NDJSON row does not have; empty where all are there
};
struct TakenRow {};
struct FilteredRow {};
using RowOutcome = std::variant<TakenRow, FilteredRow, RowFault>;

// Single-threaded.
class RowBuilder {
 public:
  // Errors: of the expressions; conflict, where a derived name has another type than number in the schema.
  static Result<RowBuilder> make(const ImportPlan& plan, const ImportOptions& options, const ImportTarget& target);

  // `built`, which is empty, becomes the row where it is taken, and means nothing otherwise.
  RowOutcome build(const RawRow& raw, BuiltRow& built);
  const std::vector<BatchColumn>& columns() const { return columns_; }
  // Whether a row of this import is rejected where its contact is not known; and which one that is, and the fault.
  bool needs_known_contacts() const { return plan_.known_contacts_only && (plan_.kind == BatchKind::events || plan_.kind == BatchKind::contact_records); }
  const std::string& contact_of(const BatchRow& row) const;
  static RowFault unknown_contact();

 private:
  // Where the cell of one column of the plan goes, and how it is read.
  struct Slot {
    std::size_t column = 0;  // in columns_
    CellRules rules;
  };
  using Slots = std::vector<Slot>;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  RowBuilder(const ImportPlan& plan, const ImportTarget& target, RowRules rules, std::vector<BatchColumn> columns, std::vector<std::size_t> derived);
  bool is_unread_json(const RawRow& raw) const;
  RowOutcome build_by_rules(const RawRow& raw, const Slots& slots, BuiltRow& built) const;
  std::expected<void, RowFault> take_roles(const RawRow& raw, BatchRow& row) const;
  std::expected<void, RowFault> take_event_roles(const RawRow& raw, BatchRow& row) const;
  std::expected<void, RowFault> take_cells(const RawRow& raw, const Slots& slots, BuiltRow& built) const;
  void note_absent(const RawRow& raw, const Slots& slots, BuiltRow& built) const;
  RuleValue value_of(const RawRow& raw, std::size_t column, const Slots& slots) const;
  RuleValue role_value(const RawRow& raw, const PlannedRole& role, ValueType type) const;
  std::expected<bool, RowFault> apply_rules(const RawRow& raw, const std::vector<RuleValue>& cells, std::vector<RuleValue>& derived) const;
  const Slots& slots_for(std::string_view event);
  Slots make_slots(const AttributeTable* attributes);

  const ImportPlan& plan_;
  RowRules rules_;
  std::vector<BatchColumn> columns_;
  std::vector<std::size_t> derived_;  // positions in columns_
  Slots plan_slots_;                  // of rows that the schema knows no event for
  std::vector<EventType> events_;     // of the schema, where a column names the event
  std::unordered_map<std::string, std::optional<Slots>, TextHash, std::equal_to<>> event_slots_;  // of each of these, made when it comes
};

}  // namespace wanamaker
