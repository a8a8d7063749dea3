#include "api/lists.h"

#include "api/csv.h"
#include "ingest/scan.h"
#include "language/diagnostic.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

constexpr std::size_t kRejectedTold = 100;

Result<const StaticList*> find_list(Workspace& workspace, const std::string& key) {
  const Catalog& catalog = workspace.base().catalog;
  if (const auto found = catalog.lists.find(key); found != catalog.lists.end()) return &found->second;
  std::vector<std::string> keys;
  for (const auto& [name, _] : catalog.lists) keys.push_back(name);
  const std::string near = nearest(key, keys);
  return fail(ErrorCode::not_found, fmt::format("there is no list '{}'", key), near.empty() ? "" : fmt::format("Did you mean '{}'?", near));
}

std::string_view kind_of(const StaticList& list) { return list.snapshot ? "snapshot" : "list"; }

// Who and why, where that is known.
std::string author_text(const Json& json) {
  const std::string& by = *json.find("by")->as_string();
  const std::string& note = *json.find("note")->as_string();
  return (by.empty() ? "" : " by " + by) + (note.empty() ? "" : ": " + note);
}

}  // namespace

bool is_snapshot(Workspace& workspace, const std::string& key) {
  const auto& lists = workspace.base().catalog.lists;
  const auto found = lists.find(key);
  return found != lists.end() && found->second.snapshot.has_value();
}

Json snapshot_json(Workspace& workspace, const std::string& key) {
  const StaticList& list = workspace.base().catalog.lists.at(key);
  const SnapshotRule& rule = *list.snapshot;
  return Json::object().set("key", key).set("kind", "snapshot").set("definition", rule.text).set("parameters", parameters_json(rule.parameters)).set("at", to_string(rule.at))
      .set("by", rule.by).set("note", rule.note).set("members", std::uint64_t{list.entries.size()});
}

Result<Json> list_json(Workspace& workspace, const std::string& key) {
  WM_TRY(const StaticList* list, find_list(workspace, key));
  const Base& base = workspace.base();
  Json result = Json::object().set("list", key).set("kind", kind_of(*list)).set("created_at", to_string(list->created_at));
  if (list->lock) result.set("lock", Json::object().set("at", to_string(list->lock->added_at)).set("by", list->lock->by).set("note", list->lock->note));
  if (list->snapshot) result.set("snapshot", snapshot_json(workspace, key));
  Json entries = Json::array();
  list->entries.for_each([&](ContactOrdinal contact, const ListEntry& entry) {
    entries.push(Json::object().set("contact", base.contact_id(contact)).set("added_at", to_string(entry.added_at)).set("by", entry.by).set("note", entry.note));
  });
  return result.set("entries", std::move(entries));
}

Json lists_json(Workspace& workspace) {
  Json lists = Json::array();
  for (const auto& [key, list] : workspace.base().catalog.lists)
    lists.push(Json::object().set("key", key).set("kind", kind_of(list)).set("size", std::uint64_t{list.entries.size()}).set("locked", list.lock.has_value() || list.snapshot.has_value()));
  return Json::object().set("lists", std::move(lists));
}

Result<Json> put_snapshot(Workspace& workspace, PutSnapshot command) {
  const std::string key = command.key;
  WM_CHECK_OK(check_can_be_kept(workspace, key, command.text, command.parameters));
  WM_CHECK_OK(workspace.submit(std::move(command)));
  return snapshot_json(workspace, key);
}

Result<ListImportReport> import_list(Workspace& workspace, const ListImport& import) {
  WM_TRY(const StaticList* list, find_list(workspace, import.key));
  ListImportReport report;
  const std::uint64_t before = list->entries.size();
  WM_TRY(const FileScan scan, scan_file({.options = import.options}, nullptr));
  const auto column = import.options.id_column.empty() ? std::optional<std::size_t>(0) : position_of_column(scan.columns, import.options.id_column);
  if (!column) return fail(ErrorCode::not_found, fmt::format("{} has no column '{}'", import.options.file, import.options.id_column), fmt::format("its columns are {}", fmt::join(scan.columns, ", ")));
  WM_TRY(const std::unique_ptr<RowSource> rows, open_rows(import.options, scan));
  std::vector<std::string> ids;
  const auto add = [&]() -> Result<void> {
    if (!ids.empty()) WM_CHECK_OK(workspace.submit(AddToList{.key = import.key, .contact_ids = std::exchange(ids, {}), .by = import.author.by, .note = import.author.note}));
    return {};
  };
  const auto reject = [&](std::uint64_t line, std::string reason) {
    if (++report.rejected_count <= kRejectedTold) report.rejected.push_back({line, std::move(reason)});
  };
  WM_CHECK_OK(workspace.engine().check({.accepted_at = workspace.now(), .body = AddToList{.key = import.key, .contact_ids = {}, .by = {}, .note = {}}}));
  for (RawRow row;;) {
    WM_TRY(const bool is_there, rows->next(row));
    if (!is_there) break;
    ++report.rows;
    if (row.fault) {
      reject(row.line, row.fault->reason);
      continue;
    }
    const RowCell& cell = row.cells[*column];
    if (cell.form != CellForm::plain && cell.form != CellForm::json_text) {
      reject(row.line, cell.form == CellForm::absent ? "the row has no id" : "an id is a text: write it in quotes, also one of digits");
      continue;
    }
    std::string id(cell.text);
    AddToList one{.key = import.key, .contact_ids = {id}, .by = {}, .note = {}};
    if (const auto good = workspace.engine().check({.accepted_at = workspace.now(), .body = std::move(one)}); !good) reject(row.line, good.error().message);
    else ids.push_back(std::move(id));
    if (ids.size() == kIdsOfACommand) WM_CHECK_OK(add());
  }
  WM_CHECK_OK(add());
  report.size = workspace.base().catalog.lists.at(import.key).entries.size();
  report.added = report.size - before;
  return report;
}

Json ListImportReport::to_json(const std::string& key) const {
  Json list = Json::array();
  for (const Rejected& one : rejected) list.push(Json::object().set("line", one.line).set("reason", one.reason));
  return Json::object().set("list", key).set("rows_read", rows).set("added", added).set("size", size).set("rows_rejected", rejected_count).set("rejected", std::move(list));
}

std::string snapshot_text(const Json& snapshot) {
  std::string text = fmt::format("snapshot {}\n{}\n", *snapshot.find("key")->as_string(), *snapshot.find("definition")->as_string());
  for (const Json& parameter : *snapshot.find("parameters")->as_array())
    text += fmt::format("  ${}: {}, default {}\n", *parameter.find("name")->as_string(), *parameter.find("type")->as_string(), *parameter.find("default")->as_string());
  return text + fmt::format("  {} members, as the rule said at {}{}\n", snapshot.find("members")->dump(), *snapshot.find("at")->as_string(), author_text(snapshot));
}

std::string list_text(const Json& list) {
  std::string text;
  if (const Json* snapshot = list.find("snapshot")) text += snapshot_text(*snapshot);
  if (const Json* lock = list.find("lock")) text += fmt::format("locked {}{}\n", *lock->find("at")->as_string(), author_text(*lock));
  for (const Json& entry : *list.find("entries")->as_array())
    text += fmt::format("{}  {}  {}  {}\n", *entry.find("contact")->as_string(), *entry.find("added_at")->as_string(), *entry.find("by")->as_string(), *entry.find("note")->as_string());
  return text;
}

std::string list_csv(const Json& list) {
  std::string text = csv_line({"contact", "added_at", "by", "note"});
  for (const Json& entry : *list.find("entries")->as_array()) {
    const auto cell = [&](const char* name) { return defused(*entry.find(name)->as_string()); };
    text += csv_line({cell("contact"), cell("added_at"), cell("by"), cell("note")});
  }
  return text;
}

std::string lists_text(const Json& lists) {
  std::string text;
  for (const Json& list : *lists.find("lists")->as_array())
    text += fmt::format("{:<24} {:<8} {:>9} contacts{}\n", *list.find("key")->as_string(), *list.find("kind")->as_string(), list.find("size")->dump(), *list.find("locked")->as_bool() ? ", locked" : "");
  return text;
}

}  // namespace wanamaker
