#include "ingest/plan.h"

#include "base/check.h"
#include "base/text/fold.h"
#include "model/naming.h"
#include "ingest/rejects.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

namespace wanamaker {
namespace {

// Brings a plan together step by step; each step may find what is wrong.
class PlanMaker {
 public:
  explicit PlanMaker(const PlanRequest& request) : request_(request), options_(request.options), scan_(request.scan), plan_(request.zone) {
    plan_.kind = options_.kind;
    plan_.record_type = options_.record_type;
    plan_.event_name = options_.event_name;
    plan_.file_columns = scan_.columns;
    plan_.original_columns = scan_.columns;
    plan_.known_contacts_only = options_.known_contacts_only;
    if (!options_.set_separator.empty()) plan_.set_separator = options_.set_separator[0];
  }

  Result<ImportPlan> make() && {
    WM_CHECK_OK(name_columns());
    WM_CHECK_OK(take_roles());
    WM_CHECK_OK(take_declared_types());
    for (std::size_t i = 0; i < scan_.columns.size(); ++i) {
      if (!names_[i].empty() && !is_role_[i]) WM_CHECK_OK(take_column(i));
    }
    return std::move(plan_);
  }

 private:
  std::unexpected<Error> wrong(ErrorCode code, std::string message, std::string hint) const {
    return fail({.code = code, .message = std::move(message), .hint = std::move(hint), .where = options_.file});
  }

  Result<std::size_t> find(std::string_view wanted, std::string_view option) const {
    if (const auto position = position_of_column(scan_.columns, wanted)) return *position;
    if (const auto name = std::ranges::find(names_, wanted); name != names_.end()) return static_cast<std::size_t>(name - names_.begin());
    std::string hint = fmt::format("the columns are {}", fmt::join(shown_columns(), ", "));
    if (scan_.columns.empty()) hint = "none of its rows could be read: one JSON object a line, or one array of objects, was expected";
    else if (const auto nearest = nearest_name(wanted, scan_.columns)) hint = fmt::format("did you mean '{}'?", *nearest);
    else if (scan_.columns.size() == 1) hint += "; is the file split at the right character? (--delimiter, such as tab or blanks)";
    return wrong(ErrorCode::not_found, fmt::format("{} names a column '{}' that the file does not have", option, wanted), std::move(hint));
  }

  std::vector<std::string> shown_columns() const {
    constexpr std::size_t kShown = 30;
    std::vector<std::string> shown(scan_.columns.begin(), scan_.columns.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, scan_.columns.size())));
    if (shown.size() < scan_.columns.size()) shown.push_back("…");
    return shown;
  }

  // A rejects file that comes back has three columns more than its origin.
  bool is_returned_rejects() const {
    const auto& columns = scan_.columns;
    return options_.file.ends_with(kRejectsEnding) && columns.size() > std::size(kRejectColumns) &&
           std::equal(std::begin(kRejectColumns), std::end(kRejectColumns), columns.end() - std::ssize(kRejectColumns));
  }

  Result<void> name_columns() {
    for (const std::string& column : scan_.columns) names_.push_back(snake_case(column));
    if (is_returned_rejects()) {
      plan_.original_columns.resize(plan_.original_columns.size() - std::size(kRejectColumns));
      plan_.reject_code = scan_.columns.size() - 2;
      std::fill(names_.end() - std::ssize(kRejectColumns), names_.end(), std::string());
    }
    for (const ColumnMapping& mapping : request_.mapping) {
      WM_TRY(const std::size_t position, find(mapping.column, "--map"));
      if (mapping.is_left_out) names_[position].clear();
      if (mapping.name) names_[position] = *mapping.name;
      if (mapping.type) declared_[position] = *mapping.type;
    }
    std::unordered_map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i].empty()) continue;
      const auto [first, is_new] = seen.emplace(names_[i], i);
      if (is_new) continue;
      return wrong(ErrorCode::invalid, fmt::format("the columns '{}' and '{}' both come to the name '{}'", scan_.columns[first->second], scan_.columns[i], names_[i]),
                   "rename one of them or leave it out with --map");
    }
    return {};
  }

  Result<PlannedRole> role(const std::string& wanted, std::string_view option) {
    if (wanted == kRowColumn) return PlannedRole{.file_name = wanted};
    WM_TRY(const std::size_t position, find(wanted, option));
    is_role_[position] = true;
    return PlannedRole{.position = position, .file_name = scan_.columns[position]};
  }

  Result<PlannedRole> time_role(const std::string& wanted, std::string_view option) {
    WM_TRY(PlannedRole result, role(wanted, option));
    if (!result.position) return wrong(ErrorCode::usage, fmt::format("{} cannot be {}: a row number is no time", option, kRowColumn), "name a column with times");
    WM_TRY(result.format, time_format(*result.position));
    return result;
  }

  Result<void> take_roles() {
    is_role_.assign(scan_.columns.size(), false);
    const bool is_events = options_.kind == BatchKind::events;
    WM_TRY(plan_.id, is_events ? role(options_.contact_column, "--contact") : role(options_.id_column, "--id"));
    const bool is_by_contact = options_.kind == BatchKind::contact_records;
    if (is_by_contact) {
      WM_TRY(plan_.owner, role(options_.contact_column, "--contact"));
    } else if (!options_.account_column.empty()) {
      WM_TRY(plan_.owner, role(options_.account_column, "--account"));
    }
    if (is_events) {
      WM_TRY(plan_.at, time_role(options_.time_column, "--time"));
    } else if (!options_.changed_at_column.empty()) {
      WM_TRY(plan_.at, time_role(options_.changed_at_column, "--changed-at"));
    }
    if (!options_.event_column.empty()) {
      WM_TRY(plan_.event, role(options_.event_column, "--event-column"));
    }
    if (!options_.message_id_column.empty()) {
      WM_TRY(plan_.message, role(options_.message_id_column, "--message-id"));
    }
    return {};
  }

  Result<void> take_declared_types() {
    for (const auto& [column, type] : options_.types) {
      WM_TRY(const std::size_t position, find(column, "--type"));
      if (is_role_[position] && type != ValueType::text) {
        return wrong(ErrorCode::usage, fmt::format("--type {}={}: this column is an id, owner, time or event and has no type of its own", column, name_of(type)), "leave it out");
      }
      declared_[position] = type;
    }
    return {};
  }

  // The type that the schema has, of the one table or of any event that occurs; errors name a declared type at odds with it.
  Result<std::optional<ValueType>> schema_type(std::size_t position) const {
    std::vector<std::string> events{plan_.event_name};
    if (plan_.event) events.assign(scan_.event_names.begin(), scan_.event_names.end());
    const auto declared = declared_.find(position);
    std::optional<ValueType> type;
    for (const std::string& event : events) {
      const TableName table = table_of(plan_, event);
      const AttributeTable* attributes = find_table(request_.schema, table);
      const auto id = attributes == nullptr ? std::nullopt : attributes->find(names_[position]);
      if (!id) continue;
      type = attributes->at(*id).type;
      if (declared == declared_.end() || declared->second == *type) continue;
      return wrong(ErrorCode::conflict,
                   fmt::format("'{}' is declared as {}, but the schema{} has it as {}", names_[position], name_of(declared->second),
                               event.empty() ? "" : fmt::format(" of the event '{}'", event), name_of(*type)),
                   "leave the type out, or change the schema first with: wanamaker schema set");
    }
    if (plan_.event) return std::optional<ValueType>();  // each row's event then decides by itself
    return type;
  }

  Result<void> take_column(std::size_t position) {
    if (const auto checked = check_name(table_of(plan_, plan_.event_name), names_[position]); !checked) {
      return wrong(checked.error().code, checked.error().message, fmt::format("rename the column '{}' or leave it out with --map", scan_.columns[position]));
    }
    PlannedColumn column{.position = position, .file_name = scan_.columns[position], .name = names_[position]};
    const ColumnEvidence& evidence = scan_.evidence[position];
    WM_TRY(const auto known_type, schema_type(position));
    WM_TRY(column.has_decimal_comma, decimal_comma(position, known_type));
    if (known_type) {
      column.type = *known_type;
      column.origin = TypeOrigin::schema;
    } else if (const auto declared = declared_.find(position); declared != declared_.end()) {
      column.type = declared->second;
      column.origin = TypeOrigin::declared;
    } else {
      WM_TRY(const auto format, given_format());
      column.type = evidence.type(format ? &*format : nullptr);
      if (column.has_decimal_comma && evidence.has_decimal_comma()) column.type = ValueType::number;
      if (options_.decimal == "comma" && evidence.has_decimal_point() && column.type == ValueType::number) column.type = ValueType::text;
    }
    const bool has_times = column.type == ValueType::date || column.type == ValueType::timestamp;
    if (has_times) {
      WM_TRY(column.format, time_format(position));
    } else if (plan_.event && !evidence.date_order().is_ambiguous()) {
      WM_TRY(column.format, time_format(position));  // an event may have it as a date
    }
    plan_.columns.push_back(std::move(column));
    return {};
  }

  Result<bool> decimal_comma(std::size_t position, std::optional<ValueType> known_type) const {
    if (options_.decimal == "comma") return true;
    if (options_.decimal == "point" || scan_.is_ndjson || scan_.dialect.delimiter == ',') return false;
    const auto declared = declared_.find(position);
    const auto type = known_type ? known_type : declared != declared_.end() ? std::optional(declared->second) : std::nullopt;
    if (type && *type != ValueType::number) return false;
    const ColumnEvidence& evidence = scan_.evidence[position];
    if (!evidence.is_comma_ambiguous()) return evidence.has_decimal_comma();
    return wrong(ErrorCode::invalid, fmt::format("the column '{}' has numbers such as 1,234, where the comma may stand before decimals or between thousands", scan_.columns[position]),
                 fmt::format("say --decimal comma (decimals), or --decimal point and --type {}=text (the cells stay texts)", names_[position]));
  }

  Result<std::optional<DateFormat>> given_format() const {
    if (options_.date_format.empty()) return std::optional<DateFormat>();
    WM_TRY(auto format, DateFormat::compile(options_.date_format));
    return std::optional(std::move(format));
  }

  // Of a column that has times: --date-format, else what its cells prove.
  Result<std::optional<DateFormat>> time_format(std::size_t position) const {
    const DateOrder& order = scan_.evidence[position].date_order();
    if (!options_.date_format.empty() || !order.holds()) return given_format();
    if (order.is_ambiguous()) {
      return wrong(ErrorCode::invalid, fmt::format("the dates of the column '{}' may have the day or the month first", scan_.columns[position]),
                   "say which with --date-format, such as %d.%m.%Y or %m/%d/%Y");
    }
    WM_TRY(auto format, DateFormat::compile(order.format()));
    return std::optional(std::move(format));
  }

  const PlanRequest& request_;
  const ImportOptions& options_;
  const FileScan& scan_;
  std::vector<std::string> names_;  // beside the file's columns; empty: left out
  std::vector<bool> is_role_;
  std::unordered_map<std::size_t, ValueType> declared_;
  ImportPlan plan_;
};

std::string note_of(const PlannedColumn& column, const ColumnEvidence& evidence) {
  if (evidence.known() == 0) return "no known cell";
  if (column.has_decimal_comma && column.type == ValueType::number && evidence.has_decimal_comma()) return "decimal comma";
  const bool has_times = column.type == ValueType::date || column.type == ValueType::timestamp;
  if (column.format && has_times) return column.format->text();
  if (column.type == ValueType::text && evidence.date_order().holds()) return "its cells look like dates: give --date-format and a --type to have dates";
  const std::uint64_t others = evidence.known() - evidence.numbers();
  if (column.origin == TypeOrigin::inferred && column.type == ValueType::text && others * 100 < evidence.known()) {
    return fmt::format("{} cells are numbers, {} not: with --type {}=number these are rejected", evidence.numbers(), others, column.name);
  }
  return {};
}

}  // namespace

CellRules ImportPlan::rules_for(const PlannedColumn& column, ValueType type) const {
  return {.type = type, .has_decimal_comma = column.has_decimal_comma, .format = column.format ? &*column.format : nullptr,
          .zone = &zone, .set_separator = set_separator};
}

TableName table_of(const ImportPlan& plan, std::string_view event) {
  switch (plan.kind) {
    case BatchKind::contacts: return {.kind = TableKind::contact};
    case BatchKind::accounts: return {.kind = TableKind::account};
    case BatchKind::contact_records:
    case BatchKind::account_records: return {.kind = TableKind::record, .name = plan.record_type};
    case BatchKind::events: return {.kind = TableKind::event, .name = std::string(event)};
  }
  CHECK(false, "every kind of batch is listed above");
  return {};
}

const AttributeTable* find_table(const Schema& schema, const TableName& table) {
  switch (table.kind) {
    case TableKind::contact: return &schema.contact;
    case TableKind::account: return &schema.account;
    case TableKind::event:
      if (const auto id = schema.find_event(table.name)) return &schema.events[id->value].properties;
      return nullptr;
    case TableKind::record:
      if (const auto id = schema.find_record(table.name)) return &schema.records[id->value].fields;
      return nullptr;
  }
  CHECK(false, "every kind of table is listed above");
  return nullptr;
}

Result<ImportPlan> make_plan(const PlanRequest& request) { return PlanMaker(request).make(); }

std::vector<ImportReport::Column> columns_of(const ImportPlan& plan, const FileScan& scan) {
  std::vector<ImportReport::Column> columns;
  for (std::size_t i = 0; i < scan.columns.size(); ++i) {
    columns.push_back({.file_name = scan.columns[i], .name = {}, .role = {}, .known = scan.evidence[i].known()});
  }
  const auto mark = [&](const std::optional<PlannedRole>& role, std::string_view word) {
    if (role && role->position) columns[*role->position].role = word;
    if (role && role->format) columns[*role->position].note = role->format->text();
  };
  const bool is_by_account = plan.kind == BatchKind::contacts || plan.kind == BatchKind::account_records;
  mark(plan.id, plan.kind == BatchKind::events ? "contact" : "id");
  mark(plan.owner, is_by_account ? "account" : "contact");
  mark(plan.at, plan.kind == BatchKind::events ? "time" : "instant of change");
  mark(plan.event, "event");
  mark(plan.message, "message id");
  for (const PlannedColumn& column : plan.columns) {
    ImportReport::Column& shown = columns[column.position];
    shown.name = column.name;
    shown.type = column.type;
    shown.origin = column.origin;
    shown.note = note_of(column, scan.evidence[column.position]);
  }
  return columns;
}

}  // namespace wanamaker
