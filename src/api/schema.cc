#include "api/schema.h"

#include "engine/apply/apply.h"
#include "language/diagnostic.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

struct TableView {
  TableName name;
  const AttributeTable* attributes;
  std::string title;
  std::uint64_t rows;
};

std::vector<TableView> tables(const Base& base) {
  std::vector<TableView> result{{{TableKind::contact}, &base.schema.contact, "contact", base.contacts()},
                                {{TableKind::account}, &base.schema.account, "account", base.accounts()}};
  for (std::uint32_t i = 0; i < base.schema.events.size(); ++i) {
    result.push_back({{TableKind::event, base.schema.events[i].name}, &base.schema.events[i].properties, "event " + base.schema.events[i].name, base.events[i].live_rows()});
  }
  for (std::uint32_t i = 0; i < base.schema.records.size(); ++i) {
    result.push_back({{TableKind::record, base.schema.records[i].name}, &base.schema.records[i].fields, "record " + base.schema.records[i].name, base.records[i].live_rows()});
  }
  return result;
}

std::uint64_t known_values(const Base& base, const TableName& table, AttributeId attribute) {
  std::uint64_t known = 0;
  base.for_each_value(table, attribute, [&](std::string_view, std::uint32_t, const Cell&) { ++known; });
  return known;
}

// `account.NAME`, `EVENT.NAME` and `TYPE.NAME` name a table; event names may hold dots, so the longest that fits wins.
Result<std::pair<TableName, std::string>> split_name(const Schema& schema, std::string_view name) {
  for (std::size_t dot = name.rfind('.'); dot != std::string_view::npos && dot > 0; dot = name.rfind('.', dot - 1)) {
    const std::string_view table = name.substr(0, dot);
    std::string attribute(name.substr(dot + 1));
    if (schema.find_event(table)) return std::pair{TableName{TableKind::event, std::string(table)}, std::move(attribute)};
    if (schema.find_record(table)) return std::pair{TableName{TableKind::record, std::string(table)}, std::move(attribute)};
    if (table == "account") return std::pair{TableName{TableKind::account}, std::move(attribute)};
  }
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    std::vector<std::string> known{"account"};
    for (const EventType& event : schema.events) known.push_back(event.name);
    for (const RecordType& record : schema.records) known.push_back(record.name);
    const std::string near = nearest(name.substr(0, dot), known);
    return fail(ErrorCode::not_found, fmt::format("there is no event or record type '{}'", name.substr(0, dot)), near.empty() ? "declare it first: wanamaker schema declare event NAME" : fmt::format("Did you mean '{}'?", near));
  }
  return std::pair{TableName{TableKind::contact}, std::string(name)};
}

std::string title_of(const TableName& table) {
  switch (table.kind) {
    case TableKind::contact: return "contact";
    case TableKind::account: return "account";
    case TableKind::event: return "event " + table.name;
    case TableKind::record: return "record " + table.name;
  }
  return {};
}

void try_conversion(const Base& base, const TableName& table, const Attribute& now, AttributeId id, SchemaChange& change) {
  base.for_each_value(table, id, [&](std::string_view owner, std::uint32_t, const Cell& cell) {
    ++change.values;
    if (now.type == change.type) return;
    const auto converted = parse_value(to_string(base.cells.to_value(cell, now.type)), change.type);
    if (std::holds_alternative<Value>(converted)) return;
    if (++change.not_convertible <= 10) change.examples.emplace_back(owner);
  });
}

}  // namespace

Json schema_json(Workspace& workspace) {
  const Base& base = workspace.base();
  Json list = Json::array();
  for (const TableView& table : tables(base)) {
    Json attributes = Json::array();
    for (std::uint32_t i = 0; i < table.attributes->size(); ++i) {
      const Attribute& attribute = table.attributes->at({i});
      attributes.push(Json::object().set("name", attribute.name).set("type", name_of(attribute.type)).set("history", attribute.history == History::kept).set("known", known_values(base, table.name, {i})));
    }
    list.push(Json::object().set("table", table.title).set("rows", table.rows).set("attributes", std::move(attributes)));
  }
  return Json::object().set("zone", base.schema.zone).set("tables", std::move(list));
}

std::string schema_text(Workspace& workspace) {
  const Base& base = workspace.base();
  std::string text = fmt::format("zone {}\n", base.schema.zone);
  for (const TableView& table : tables(base)) {
    text += fmt::format("\n{}: {} rows\n", table.title, table.rows);
    for (std::uint32_t i = 0; i < table.attributes->size(); ++i) {
      const Attribute& attribute = table.attributes->at({i});
      text += fmt::format("  {:<28} {:<10} {} known{}\n", attribute.name, name_of(attribute.type), known_values(base, table.name, {i}), attribute.history == History::kept ? ", history kept" : "");
    }
  }
  return text;
}

Json SchemaChange::to_json() const {
  Json list = Json::array();
  for (const std::string& owner : examples) list.push(owner);
  return Json::object().set("table", table).set("name", name).set("type", name_of(type)).set("new", is_new).set("history", keeps_history).set("applied", is_applied)
      .set("values", values).set("not_convertible", not_convertible).set("examples", std::move(list));
}

std::string SchemaChange::to_text() const {
  std::string text = fmt::format("{}'{}' of {} is {}{}\n", is_applied ? "" : "dry run, nothing is changed: ", name, table, name_of(type), keeps_history ? ", history kept" : "");
  if (values > 0) text += fmt::format("{} values, {} do not convert\n", values, not_convertible);
  for (const std::string& owner : examples) text += fmt::format("  {}\n", owner);
  return text;
}

Result<PlannedAttribute> plan_attribute(Workspace& workspace, std::string_view name, ValueType type, History history, ConversionMode mode) {
  const Base& base = workspace.base();
  WM_TRY(const auto place, split_name(base.schema, name));
  const auto& [table, attribute_name] = place;
  SchemaChange change{.table = title_of(table), .name = attribute_name, .type = type};
  const Attribute* now = find_attribute(base.schema, table, attribute_name);
  change.is_new = now == nullptr;
  const History kept = now != nullptr && now->history == History::kept ? History::kept : history;
  change.keeps_history = kept == History::kept;
  const Attribute wanted{.name = attribute_name, .type = type, .history = kept};
  if (now != nullptr) {
    const AttributeTable& attributes = table.kind == TableKind::contact ? base.schema.contact : table.kind == TableKind::account ? base.schema.account
                                     : table.kind == TableKind::event ? base.schema.events[base.schema.find_event(table.name)->value].properties
                                                                      : base.schema.records[base.schema.find_record(table.name)->value].fields;
    try_conversion(base, table, *now, *attributes.find(attribute_name), change);
  }
  if (mode == ConversionMode::dry_run) return PlannedAttribute{.change = std::move(change)};
  if (mode == ConversionMode::refuse_loss && change.not_convertible > 0) {
    return fail(ErrorCode::conflict, fmt::format("{} of {} values of '{}' are no {}", change.not_convertible, change.values, attribute_name, name_of(type)),
                "see them with --dry-run; --drop lets them become missing");
  }
  change.is_applied = true;
  CommandBody command = AlterAttribute{.table = table, .attribute = wanted};
  if (change.is_new) command = DeclareAttribute{.table = table, .attribute = wanted};
  return PlannedAttribute{.change = std::move(change), .command = std::move(command)};
}

Result<SchemaChange> set_attribute(Workspace& workspace, std::string_view name, ValueType type, History history, ConversionMode mode) {
  WM_TRY(PlannedAttribute planned, plan_attribute(workspace, name, type, history, mode));
  if (planned.command) WM_CHECK_OK(workspace.submit(*std::move(planned.command)));
  return std::move(planned.change);
}

}  // namespace wanamaker
