#include "ingest/mapping.h"

#include "base/json.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace wanamaker {
namespace {

std::unexpected<Error> wrong(const std::string& file, std::string message, std::string hint) {
  return fail({.code = ErrorCode::invalid, .message = std::move(message), .hint = std::move(hint), .where = file});
}

Result<ValueType> type_from(const std::string& file, std::string_view name) {
  if (const auto type = value_type_from(name)) return *type;
  return wrong(file, fmt::format("'{}' is no type", name), "use text, number, boolean, date, timestamp, set or location");
}

Result<ColumnMapping> column_from(const std::string& file, const std::string& column, const Json& value) {
  ColumnMapping mapping{.column = column, .is_left_out = value.is_null()};
  if (value.is_null()) return mapping;
  const std::string hint = R"(write {"name": "new_name", "type": "number"}, either of them, or null to leave the column out)";
  if (value.as_object() == nullptr) return wrong(file, fmt::format("columns: '{}' is neither an object nor null", column), hint);
  for (const auto& [key, member] : *value.as_object()) {
    if (member.as_string() == nullptr || (key != "name" && key != "type")) return wrong(file, fmt::format("columns: '{}' has a wrong key '{}'", column, key), hint);
    if (key == "name") mapping.name = *member.as_string();
    if (key == "type") {
      WM_TRY(mapping.type, type_from(file, *member.as_string()));
    }
  }
  return mapping;
}

struct TextOption {
  std::string_view name;
  std::string ImportOptions::*field;
};
constexpr TextOption kTextOptions[] = {
    {"id", &ImportOptions::id_column},
    {"account", &ImportOptions::account_column},
    {"contact", &ImportOptions::contact_column},
    {"changed-at", &ImportOptions::changed_at_column},
    {"time", &ImportOptions::time_column},
    {"event", &ImportOptions::event_name},
    {"event-column", &ImportOptions::event_column},
    {"message-id", &ImportOptions::message_id_column},
    {"zone", &ImportOptions::zone},
    {"date-format", &ImportOptions::date_format},
    {"delimiter", &ImportOptions::delimiter},
    {"decimal", &ImportOptions::decimal},
    {"encoding", &ImportOptions::encoding},
    {"set-separator", &ImportOptions::set_separator},
    {"where", &ImportOptions::where},
    {"rejects", &ImportOptions::rejects_file},
};

struct SwitchOption {
  std::string_view name;
  bool ImportOptions::*field;
};
constexpr SwitchOption kSwitchOptions[] = {
    {"no-header", &ImportOptions::no_header},
    {"dry-run", &ImportOptions::dry_run},
    {"as-new", &ImportOptions::as_new},
    {"known-contacts-only", &ImportOptions::known_contacts_only},
};

Result<void> take_columns(const std::string& file, const Json& value, ImportOptions& options) {
  if (value.as_array() == nullptr) return wrong(file, "options: 'columns' is no array", R"(write ["a", "b", "c"])");
  const bool is_given = !options.columns.empty();
  for (const Json& name : *value.as_array()) {
    if (name.as_string() == nullptr) return wrong(file, "options: 'columns' holds something that is no text", R"(write ["a", "b", "c"])");
    if (!is_given) options.columns.push_back(*name.as_string());
  }
  return {};
}

Result<void> take_pairs(const std::string& file, const std::string& key, const Json& value, ImportOptions& options) {
  const std::string hint = key == "type" ? R"(write {"column": "number"})" : R"(write {"amount": "quantity * unit_price"})";
  if (value.as_object() == nullptr) return wrong(file, fmt::format("options: '{}' is no object", key), hint);
  for (const auto& [name, member] : *value.as_object()) {
    const std::string* text = member.as_string();
    if (text == nullptr) return wrong(file, fmt::format("options: '{}' of '{}' is no text", name, key), hint);
    if (key == "derive") {
      options.derive.push_back({.name = name, .expression = *text});
      continue;
    }
    WM_TRY(const ValueType type, type_from(file, *text));
    options.types.push_back({.column = name, .type = type});
  }
  return {};
}

Result<void> take_option(const std::string& file, const std::string& key, const Json& value, ImportOptions& options) {
  for (const TextOption& option : kTextOptions) {
    if (option.name != key) continue;
    if (value.as_string() == nullptr) return wrong(file, fmt::format("options: '{}' is no text", key), "write it in quotes");
    if ((options.*option.field).empty()) options.*option.field = *value.as_string();
    return {};
  }
  for (const SwitchOption& option : kSwitchOptions) {
    if (option.name != key) continue;
    if (value.as_bool() == nullptr) return wrong(file, fmt::format("options: '{}' is neither true nor false", key), "write true or false");
    options.*option.field = options.*option.field || *value.as_bool();
    return {};
  }
  if (key == "columns") return take_columns(file, value, options);
  if (key == "type" || key == "derive") return take_pairs(file, key, value, options);
  return wrong(file, fmt::format("options: there is no option '{}'", key), "use the long options of wanamaker import, without the dashes");
}

Result<Json> read_json(const std::string& path) {
  std::error_code status;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path, status)) {
    return fail({.code = ErrorCode::not_found, .message = "the mapping cannot be read", .hint = "--map takes a JSON file", .where = path});
  }
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  auto json = Json::parse(text);
  if (!json) return wrong(path, json.error().message, json.error().hint);
  if (json->as_object() == nullptr) return wrong(path, "the mapping is no JSON object", R"(write {"columns": {…}, "options": {…}})");
  return json;
}

}  // namespace

Result<std::vector<ColumnMapping>> apply_mapping(ImportOptions& options) {
  std::vector<ColumnMapping> columns;
  if (options.map_file.empty()) return columns;
  const std::string file = options.map_file;
  WM_TRY(const Json json, read_json(file));
  for (const auto& [key, value] : *json.as_object()) {
    if (key != "columns" && key != "options") return wrong(file, fmt::format("'{}' is no part of a mapping", key), "a mapping has columns and options");
    if (value.as_object() == nullptr) return wrong(file, fmt::format("'{}' is no object", key), R"(write {"columns": {…}, "options": {…}})");
    for (const auto& [name, member] : *value.as_object()) {
      if (key == "options") {
        WM_CHECK_OK(take_option(file, name, member, options));
        continue;
      }
      WM_TRY(auto mapping, column_from(file, name, member));
      columns.push_back(std::move(mapping));
    }
  }
  return columns;
}

}  // namespace wanamaker
