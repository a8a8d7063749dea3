#pragma once
// The one list of what a base keeps in pages: every column with the stem of its pages' names, in a fixed order. Writing, naming, hashing
// and loading all go through it, so they cannot disagree about which pages there are.
//   counts  schema  catalog                              small, written every time
//   text/N  set/N  location/latitude/N  location/longitude/N
//   contact/{id,living,account,merged}/N  contact/attribute/A/N  contact/history/A/N
//   account/id/N  account/attribute/A/N
//   event/E/{contact,time,message}/N  event/E/property/P/N
//   record/R/{id,owner_kind,owner}/N  record/R/field/F/N
//   list/KEY/N  added/KEY/N  removed/KEY/N               KEY as escaped_key(); added to and removed from a segment by hand

#include "columns/base_image.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace wanamaker {

// A page of numbers has 16 chunks: 65,536 rows, 64 to 250 KiB at 1 to 4 bytes a row, so that one changed row rewrites no more than that
// and 20 million events make some 300 pages a column. Texts, sets, histories and lists have one chunk of 4,096 a page: they are longer.
inline constexpr std::uint32_t kChunksPerPage = 16;
inline constexpr std::uint32_t kRowsPerPage = kChunksPerPage * Chunk::kRows;

inline constexpr std::string_view kCountsPage = "counts";
inline constexpr std::string_view kSchemaPage = "schema";
inline constexpr std::string_view kCatalogPage = "catalog";

// Letters, digits, `-`, `_` and `.` as they are, other bytes as %XX.
std::string escaped_key(std::string_view key);

inline std::uint32_t pages_of(std::uint32_t rows, std::uint32_t rows_a_page) {
  return static_cast<std::uint32_t>((std::uint64_t{rows} + rows_a_page - 1) / rows_a_page);
}

// Shape: visit(stem, column, rows), with Column, TextColumn, SetColumn and HistoryColumn; visit(stem, members) with ListMembers.
// Columns is BaseColumns or const BaseColumns, widened.
template <typename Columns, typename Visit>
void for_each_column(Columns& columns, Visit visit) {
  visit("text", columns.cells.texts, columns.cells.text_count);
  visit("set", columns.cells.sets, columns.cells.set_count);
  visit("location/latitude", columns.cells.latitudes, columns.cells.location_count);
  visit("location/longitude", columns.cells.longitudes, columns.cells.location_count);

  auto& contacts = columns.contacts;
  visit("contact/id", contacts.ids, contacts.count);
  visit("contact/living", contacts.living, contacts.count);
  visit("contact/account", contacts.accounts, contacts.count);
  visit("contact/merged", contacts.merged_into, contacts.count);
  const auto visit_set = [&](const std::string& stem, auto& set, std::uint32_t attributes, std::uint32_t rows) {
    if constexpr (std::is_const_v<Columns>) {
      for (std::uint32_t i = 0; i < attributes; ++i) visit(fmt::format("{}/{}", stem, i), set.all()[i], rows);
    } else {
      for (std::uint32_t i = 0; i < attributes; ++i) visit(fmt::format("{}/{}", stem, i), set.all(attributes)[i], rows);
    }
  };
  visit_set("contact/attribute", contacts.attributes, columns.schema.contact.size(), contacts.count);
  for (std::uint32_t i = 0; i < columns.schema.contact.size(); ++i) {
    if (columns.schema.contact.at({i}).history == History::kept) visit(fmt::format("contact/history/{}", i), contacts.histories[i], contacts.count);
  }
  visit("account/id", columns.accounts.ids, columns.accounts.count);
  visit_set("account/attribute", columns.accounts.attributes, columns.schema.account.size(), columns.accounts.count);

  for (std::size_t i = 0; i < columns.events.size(); ++i) {
    auto& table = columns.events[i];
    visit(fmt::format("event/{}/contact", i), table.contacts, table.rows);
    visit(fmt::format("event/{}/time", i), table.times, table.rows);
    visit(fmt::format("event/{}/message", i), table.message_ids, table.rows);
    visit_set(fmt::format("event/{}/property", i), table.properties, columns.schema.events[i].properties.size(), table.rows);
  }
  for (std::size_t i = 0; i < columns.records.size(); ++i) {
    auto& table = columns.records[i];
    visit(fmt::format("record/{}/id", i), table.ids, table.rows);
    visit(fmt::format("record/{}/owner_kind", i), table.owner_kinds, table.rows);
    visit(fmt::format("record/{}/owner", i), table.owners, table.rows);
    visit_set(fmt::format("record/{}/field", i), table.fields, columns.schema.records[i].fields.size(), table.rows);
  }
  for (auto& [key, list] : columns.catalog.lists) visit("list/" + escaped_key(key), list.entries);
  for (auto& [key, segment] : columns.catalog.segments) {
    visit("added/" + escaped_key(key), segment.overrides.added);
    visit("removed/" + escaped_key(key), segment.overrides.removed);
  }
}

}  // namespace wanamaker
