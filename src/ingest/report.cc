#include "ingest/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace wanamaker {

void ImportReport::count_reject(std::uint64_t row, const RowFault& fault) {
  ++rows_rejected;
  auto group = std::ranges::find(rejects, fault.code, &RejectGroup::code);
  if (group == rejects.end()) group = rejects.insert(group, {.code = fault.code, .reason = fault.reason, .rows = 0, .first_rows = {}});
  ++group->rows;
  if (group->first_rows.size() < kFirstRowsMax) group->first_rows.push_back(row);
}

Json ImportReport::to_json() const {
  Json json = Json::object();
  json.set("file", file).set("kind", kind).set("form", form).set("encoding", encoding);
  json.set("delimiter", delimiter.empty() ? Json() : Json(delimiter)).set("zone", zone).set("dry_run", is_dry_run);
  json.set("rows_read", rows_read).set("rows_skipped", rows_skipped).set("rows_filtered", rows_filtered);
  if (is_dry_run) json.set("rows_applicable", rows_applicable);
  json.set("rows_applied", rows_applied).set("rows_duplicate", rows_duplicate).set("rows_rejected", rows_rejected);
  json.set("rows_rejected_before", rows_rejected_before);
  Json column_list = Json::array();
  for (const Column& column : columns) {
    Json entry = Json::object();
    entry.set("column", column.file_name).set("name", column.name.empty() ? Json() : Json(column.name));
    if (!column.role.empty()) entry.set("role", column.role);
    if (column.type) entry.set("type", name_of(*column.type));
    if (column.origin) entry.set("type_from", name_of(*column.origin));
    if (column.origin != TypeOrigin::derived) entry.set("known", column.known);
    if (!column.note.empty()) entry.set("note", column.note);
    column_list.push(std::move(entry));
  }
  json.set("columns", std::move(column_list));
  Json reject_list = Json::array();
  for (const RejectGroup& group : rejects) {
    Json rows = Json::array();
    for (const std::uint64_t row : group.first_rows) rows.push(row);
    Json entry = Json::object();
    entry.set("code", group.code).set("reason", group.reason).set("rows", group.rows).set("first_rows", std::move(rows));
    reject_list.push(std::move(entry));
  }
  json.set("rejects", std::move(reject_list));
  json.set("rejects_file", rejects_file.empty() ? Json() : Json(rejects_file));
  return json;
}

std::string ImportReport::to_text() const {
  std::string text = fmt::format("{}: {} ({}, {}{}, zone {})\n", file, kind, form, encoding, delimiter.empty() ? "" : ", delimiter " + delimiter, zone);
  text += fmt::format("  rows read {}", rows_read);
  if (rows_skipped > 0) text += fmt::format(", taken in before {}", rows_skipped);
  if (rows_filtered > 0) text += fmt::format(", left out by --where {}", rows_filtered);
  text += is_dry_run ? fmt::format(", would be applied {}", rows_applicable) : fmt::format(", applied {}", rows_applied);
  if (rows_duplicate > 0) text += fmt::format(", duplicates {}", rows_duplicate);
  text += fmt::format(", {} {}", is_dry_run ? "would be rejected" : "rejected", rows_rejected);
  text += rows_rejected_before > 0 ? fmt::format(" ({} of them before)\n", rows_rejected_before) : "\n";
  std::size_t width = 6;
  for (const Column& column : columns) width = std::max(width, column.file_name.size());
  for (const Column& column : columns) {
    text += fmt::format("  {:<{}}  ", column.file_name, width);
    if (column.name.empty() && column.role.empty()) text += "left out";
    else if (!column.role.empty()) text += fmt::format("is the {}", column.role);
    else text += fmt::format("{} {}", column.name, column.type ? name_of(*column.type) : "");
    if (column.origin) text += fmt::format(" ({}{})", name_of(*column.origin), column.note.empty() ? "" : ", " + column.note);
    else if (!column.note.empty()) text += fmt::format(" ({})", column.note);
    text += column.origin == TypeOrigin::derived ? "\n" : fmt::format(", {} known\n", column.known);
  }
  for (const RejectGroup& group : rejects) {
    text += fmt::format("  rejected {}: {} rows, such as row {}: {}\n", group.code, group.rows, fmt::join(group.first_rows, ", "), group.reason);
  }
  if (!rejects_file.empty()) text += fmt::format("  rejected rows are in {}\n", rejects_file);
  return text;
}

}  // namespace wanamaker
