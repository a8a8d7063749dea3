#include "ingest/row_builder.h"

#include "model/naming.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wanamaker {
namespace {

std::unexpected<RowFault> fault(std::string_view code, std::string reason) {
  return std::unexpected(RowFault{.code = std::string(code), .reason = std::move(reason)});
}

std::string_view word_for_owner(BatchKind kind) { return kind == BatchKind::contact_records ? "contact" : "account"; }

// Columns that expressions may name, in the order of RowBuilder::apply_rules: values, `#row`, roles.
std::vector<RuleColumn> rule_columns(const ImportPlan& plan) {
  std::vector<RuleColumn> columns;
  for (const PlannedColumn& column : plan.columns) {
    columns.push_back({.names = {column.name, column.file_name, snake_case(column.file_name)}, .type = column.type});
  }
  columns.push_back({.names = {std::string(kRowColumn)}, .type = ValueType::number});
  const auto add = [&](const std::optional<PlannedRole>& role, ValueType type) {
    if (!role) columns.push_back({});
    else columns.push_back({.names = {role->file_name, snake_case(role->file_name)}, .type = type});
    if (role && !role->position) columns.back().names.clear();
  };
  add(plan.id, ValueType::text);
  add(plan.owner, ValueType::text);
  add(plan.event, ValueType::text);
  add(plan.message, ValueType::text);
  add(plan.at, ValueType::timestamp);
  return columns;
}

// The text of an id, of a cell or the number of the row. Nothing: it was taken.
std::optional<RowFault> take_id(const RawRow& raw, const PlannedRole& role, std::string_view code, std::string& id) {
  const auto wrong = [&](std::string reason) { return RowFault{.code = std::string(code), .reason = std::move(reason)}; };
  if (!role.position) {
    id = std::to_string(raw.number);
    return std::nullopt;
  }
  const RowCell& cell = raw.cells[*role.position];
  if (is_missing(cell)) return wrong(fmt::format("column '{}': empty, but it is the {}", role.file_name, code));
  if (cell.form == CellForm::json_number) {
    return wrong(fmt::format("column '{}': a JSON number cannot be an id, since readers round it; write it as a text in quotes", role.file_name));
  }
  if (cell.form == CellForm::json_boolean || cell.form == CellForm::json_array) return wrong(fmt::format("column '{}': a text was expected", role.file_name));
  if (cell.text.size() > kTextBytesMax) return wrong(fmt::format("column '{}': longer than {} bytes", role.file_name, kTextBytesMax));
  id = cell.text;
  return std::nullopt;
}

}  // namespace

Result<RowBuilder> RowBuilder::make(const ImportPlan& plan, const ImportOptions& options, const ImportTarget& target) {
  RuleTexts texts{.derive = {}, .where = options.where};
  std::vector<BatchColumn> columns;
  for (const PlannedColumn& column : plan.columns) columns.push_back({.name = column.name, .type = column.type});
  std::vector<std::size_t> derived;
  for (const auto& [name, expression] : options.derive) {
    texts.derive.push_back({.name = name, .expression = expression});
    const TableName table = table_of(plan, plan.event_name);
    WM_CHECK_OK(check_name(table, name));
    if (std::ranges::find(columns, name, &BatchColumn::name) != columns.end()) {
      return fail(ErrorCode::invalid, fmt::format("--derive {}: there is a column of that name", name), "choose another name, or leave the column out with --map");
    }
    const AttributeTable* attributes = find_table(target.schema(), table);
    const auto id = attributes == nullptr ? std::nullopt : attributes->find(name);
    if (id && attributes->at(*id).type != ValueType::number) {
      return fail(ErrorCode::conflict, fmt::format("--derive {}: a derived value is a number, but the schema has it as {}", name, name_of(attributes->at(*id).type)),
                  "choose another name, or change the schema first with: wanamaker schema set");
    }
    derived.push_back(columns.size());
    columns.push_back({.name = name, .type = ValueType::number});
  }
  WM_TRY(auto rules, RowRules::compile(texts, rule_columns(plan), plan.zone));
  return RowBuilder(plan, target, std::move(rules), std::move(columns), std::move(derived));
}

RowBuilder::RowBuilder(const ImportPlan& plan, const ImportTarget& target, RowRules rules, std::vector<BatchColumn> columns, std::vector<std::size_t> derived)
    : plan_(plan), rules_(std::move(rules)), columns_(std::move(columns)), derived_(std::move(derived)) {
  plan_slots_ = make_slots(nullptr);
  if (plan_.event) events_ = target.schema().events;
  for (const EventType& event : events_) event_slots_[event.name];
}

RowOutcome RowBuilder::build(const RawRow& raw, BuiltRow& built) {
  if (raw.fault) return *raw.fault;
  if (is_unread_json(raw)) return RowFault{.code = std::string(kUnreadJson), .reason = "the row is a line of JSON that could not be read; mend it and send it as NDJSON, or write its cells and leave out the code"};
  std::string& event = built.row.event;
  if (!plan_.event) event = plan_.event_name;
  else if (plan_.event->position) event = raw.cells[*plan_.event->position].text;
  else event = std::to_string(raw.number);
  const Slots& slots = slots_for(event);
  if (!rules_.is_empty()) return build_by_rules(raw, slots, built);
  if (auto taken = take_roles(raw, built.row); !taken) return std::move(taken).error();
  if (auto taken = take_cells(raw, slots, built); !taken) return std::move(taken).error();
  return TakenRow{};
}

// Of a rejects file: nothing but the line itself stands in the row.
bool RowBuilder::is_unread_json(const RawRow& raw) const {
  if (!plan_.reject_code || raw.cells.size() <= *plan_.reject_code || raw.cells[*plan_.reject_code].text != kUnreadJson) return false;
  for (std::size_t i = 1; i < plan_.original_columns.size(); ++i) if (!is_missing(raw.cells[i])) return false;
  return true;
}

// The rules come first: what they leave out cannot be at fault.
RowOutcome RowBuilder::build_by_rules(const RawRow& raw, const Slots& slots, BuiltRow& built) const {
  std::vector<RuleValue> cells;
  cells.reserve(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) cells.push_back(value_of(raw, i, slots));
  std::vector<RuleValue> derived;
  const auto is_kept = apply_rules(raw, cells, derived);
  if (!is_kept) return is_kept.error();
  if (!*is_kept) return FilteredRow{};
  if (auto taken = take_roles(raw, built.row); !taken) return std::move(taken).error();
  built.row.values.resize(columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i]) return std::move(cells[i]).error();
    built.row.values[slots[i].column] = std::move(*cells[i]);
  }
  for (std::size_t i = 0; i < derived_.size(); ++i) {
    if (!derived[i]) return std::move(derived[i]).error();
    built.row.values[derived_[i]] = std::move(*derived[i]);
  }
  note_absent(raw, slots, built);
  return TakenRow{};
}

std::expected<void, RowFault> RowBuilder::take_cells(const RawRow& raw, const Slots& slots, BuiltRow& built) const {
  built.row.values.resize(columns_.size());
  bool has_absent = false;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const RowCell& cell = raw.cells[plan_.columns[i].position];
    has_absent |= cell.form == CellForm::absent;
    if (is_missing(cell)) continue;
    RuleValue value = value_of(raw, i, slots);
    if (!value) return std::unexpected(std::move(value).error());
    built.row.values[slots[i].column] = std::move(*value);
  }
  if (has_absent) note_absent(raw, slots, built);
  return {};
}

void RowBuilder::note_absent(const RawRow& raw, const Slots& slots, BuiltRow& built) const {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (raw.cells[plan_.columns[i].position].form != CellForm::absent) continue;
    built.is_absent.resize(columns_.size());
    built.is_absent[slots[i].column] = true;
  }
}

RuleValue RowBuilder::value_of(const RawRow& raw, std::size_t column, const Slots& slots) const {
  RuleValue value = read_cell(raw.cells[plan_.columns[column].position], slots[column].rules);
  if (!value) value.error().reason = fmt::format("column '{}': {}", plan_.columns[column].file_name, value.error().reason);
  return value;
}

std::expected<bool, RowFault> RowBuilder::apply_rules(const RawRow& raw, const std::vector<RuleValue>& cells, std::vector<RuleValue>& derived) const {
  if (rules_.is_empty()) return true;
  std::vector<RuleValue> values = cells;
  RuleValue row_number;
  row_number->emplace<Decimal>(static_cast<std::int64_t>(raw.number));
  values.push_back(std::move(row_number));
  values.push_back(role_value(raw, plan_.id, ValueType::text));
  for (const std::optional<PlannedRole>* role : {&plan_.owner, &plan_.event, &plan_.message, &plan_.at}) {
    const ValueType type = role == &plan_.at ? ValueType::timestamp : ValueType::text;
    values.push_back(*role ? role_value(raw, **role, type) : RuleValue());
  }
  const std::size_t before = values.size();
  rules_.derive(values);
  derived.assign(values.begin() + static_cast<std::ptrdiff_t>(before), values.end());
  return rules_.keeps(values);
}

RuleValue RowBuilder::role_value(const RawRow& raw, const PlannedRole& role, ValueType type) const {
  if (!role.position) return Value(std::to_string(raw.number));
  const RowCell& cell = raw.cells[*role.position];
  if (is_missing(cell)) return Value{};
  if (type == ValueType::text) return Value(std::in_place_type<std::string>, cell.text);
  const auto at = read_instant(cell, {.type = type, .format = role.format ? &*role.format : nullptr, .zone = &plan_.zone});
  if (!at) return std::unexpected(at.error());
  return Value(*at);
}

std::expected<void, RowFault> RowBuilder::take_roles(const RawRow& raw, BatchRow& row) const {
  if (auto wrong = take_id(raw, plan_.id, plan_.kind == BatchKind::events ? "contact" : "id", row.id)) return std::unexpected(*std::move(wrong));
  const bool is_link = plan_.kind == BatchKind::contacts;  // an empty account of a contact clears the link
  if (is_link && plan_.owner && plan_.owner->position && is_missing(raw.cells[*plan_.owner->position])) {
    if (raw.cells[*plan_.owner->position].form != CellForm::absent) row.owner = "";
  } else if (plan_.owner) {
    if (auto wrong = take_id(raw, *plan_.owner, word_for_owner(plan_.kind), row.owner.emplace())) return std::unexpected(*std::move(wrong));
  }
  if (plan_.at) {
    const RowCell& cell = raw.cells[*plan_.at->position];
    if (is_missing(cell)) return fault("time", fmt::format("column '{}': empty, but it is the time", plan_.at->file_name));
    const auto at = read_instant(cell, {.type = ValueType::timestamp, .format = plan_.at->format ? &*plan_.at->format : nullptr, .zone = &plan_.zone});
    if (!at) return fault(at.error().code, fmt::format("column '{}': {}", plan_.at->file_name, at.error().reason));
    if (*at < kTimestampMin || *at > kTimestampMax) return fault("time", fmt::format("column '{}': outside the years 0001 to 9999", plan_.at->file_name));
    row.at = *at;
  }
  return take_event_roles(raw, row);
}

const std::string& RowBuilder::contact_of(const BatchRow& row) const { return plan_.kind == BatchKind::events ? row.id : *row.owner; }

RowFault RowBuilder::unknown_contact() { return {.code = "unknown_contact", .reason = "no contact with this id is known, and the import is limited to known ones"}; }

std::expected<void, RowFault> RowBuilder::take_event_roles(const RawRow& raw, BatchRow& row) const {
  if (plan_.event) {
    if (auto wrong = take_id(raw, *plan_.event, "event", row.event)) return std::unexpected(*std::move(wrong));
    if (row.event.size() > kNameBytesMax) return fault("event", fmt::format("column '{}': the name of an event has at most {} bytes", plan_.event->file_name, kNameBytesMax));
  }
  if (plan_.message && !(plan_.message->position && is_missing(raw.cells[*plan_.message->position]))) {
    if (auto wrong = take_id(raw, *plan_.message, "message_id", row.message_id)) return std::unexpected(*std::move(wrong));
  }
  return {};
}

// Only events of the schema can differ from the plan, so that names without end do not fill the table.
const RowBuilder::Slots& RowBuilder::slots_for(std::string_view event) {
  const auto found = event_slots_.find(event);
  if (found == event_slots_.end()) return plan_slots_;
  std::optional<Slots>& slots = found->second;
  if (!slots) slots = make_slots(&std::ranges::find(events_, event, &EventType::name)->properties);
  return *slots;
}

RowBuilder::Slots RowBuilder::make_slots(const AttributeTable* attributes) {
  Slots slots;
  for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
    const PlannedColumn& column = plan_.columns[i];
    const auto id = attributes == nullptr ? std::nullopt : attributes->find(column.name);
    const ValueType type = id ? attributes->at(*id).type : column.type;
    std::size_t position = i;
    if (type != column.type) {
      const auto same = std::ranges::find_if(columns_, [&](const BatchColumn& c) { return c.name == column.name && c.type == type; });
      position = static_cast<std::size_t>(same - columns_.begin());
      if (same == columns_.end()) columns_.push_back({.name = column.name, .type = type});
    }
    slots.push_back({.column = position, .rules = plan_.rules_for(column, type)});
  }
  return slots;
}

}  // namespace wanamaker
