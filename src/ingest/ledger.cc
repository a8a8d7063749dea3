#include "ingest/ledger.h"

#include "base/json.h"
#include "ingest/text_stream.h"

namespace wanamaker {

std::string import_key(const ImportOptions& options, const std::vector<ColumnMapping>& columns, std::string_view zone) {
  Json json = Json::array();
  json.push(static_cast<int>(options.kind));
  for (const std::string* text : {&options.record_type, &options.id_column, &options.account_column, &options.contact_column,
                                  &options.changed_at_column, &options.time_column, &options.event_name, &options.event_column,
                                  &options.message_id_column, &options.where}) {
    json.push(*text);
  }
  // Reading the same rows of events in another way would count them twice; contacts, accounts and records are overwritten.
  if (options.kind == BatchKind::events) return hash_hex(json.dump());
  for (const std::string* text : {&options.date_format, &options.delimiter, &options.decimal, &options.encoding, &options.set_separator}) json.push(*text);
  json.push(zone);
  json.push(options.no_header);
  json.push(options.known_contacts_only);
  Json names = Json::array();
  for (const std::string& name : options.columns) names.push(name);
  json.push(std::move(names));
  Json types = Json::object();
  for (const auto& [column, type] : options.types) types.set(column, name_of(type));
  json.push(std::move(types));
  Json derived = Json::object();
  for (const auto& [name, expression] : options.derive) derived.set(name, expression);
  json.push(std::move(derived));
  Json mapped = Json::object();
  for (const ColumnMapping& column : columns) {
    Json entry = Json::array();
    entry.push(column.is_left_out);
    entry.push(column.name ? Json(*column.name) : Json());
    entry.push(column.type ? Json(name_of(*column.type)) : Json());
    mapped.set(column.column, std::move(entry));
  }
  json.push(std::move(mapped));
  return hash_hex(json.dump());
}

}  // namespace wanamaker
