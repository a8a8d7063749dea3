#include "api/http/import_options.h"

#include "model/value.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

namespace wanamaker {
namespace {

struct Text {
  const char* name;
  std::string ImportOptions::*field;
};
constexpr Text kTexts[] = {
    {"record-type", &ImportOptions::record_type}, {"id", &ImportOptions::id_column},           {"account", &ImportOptions::account_column},       {"contact", &ImportOptions::contact_column}, {"changed-at", &ImportOptions::changed_at_column},
    {"time", &ImportOptions::time_column},        {"event", &ImportOptions::event_name},       {"event-column", &ImportOptions::event_column},    {"message-id", &ImportOptions::message_id_column}, {"zone", &ImportOptions::zone},
    {"date-format", &ImportOptions::date_format}, {"delimiter", &ImportOptions::delimiter},    {"decimal", &ImportOptions::decimal},              {"encoding", &ImportOptions::encoding},       {"set-separator", &ImportOptions::set_separator},
    {"where", &ImportOptions::where},
};

struct Switch {
  const char* name;
  bool ImportOptions::*field;
};
constexpr Switch kSwitches[] = {
    {"no-header", &ImportOptions::no_header}, {"dry-run", &ImportOptions::dry_run}, {"as-new", &ImportOptions::as_new}, {"known-contacts-only", &ImportOptions::known_contacts_only},
};

constexpr std::size_t kFileNameBytesMax = 255;

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Result<BatchKind> kind_of(const Address& address) {
  const std::string* kind = query_text(address, "kind");
  const std::string given = kind == nullptr ? std::string() : *kind;
  if (given == "contacts") return BatchKind::contacts;
  if (given == "accounts") return BatchKind::accounts;
  if (given == "events") return BatchKind::events;
  if (given == "records" && query_text(address, "record-type") == nullptr) return fail(ErrorCode::usage, "an import of records needs their type", "name it as 'record-type'");
  if (given == "records") return query_text(address, "contact") == nullptr ? BatchKind::account_records : BatchKind::contact_records;
  return fail(ErrorCode::usage, kind == nullptr ? std::string("'kind' is missing in the address") : fmt::format("'{}' in the address is no kind of import", given), "the kinds are contacts, accounts, records and events");
}

Result<void> take_types(const std::string& text, ImportOptions& options) {
  for (const std::string& part : parts_of(text)) {
    const std::size_t equals = part.rfind('=');
    const auto type = equals == std::string::npos ? std::nullopt : value_type_from(part.substr(equals + 1));
    if (!type || equals == 0) return fail(ErrorCode::usage, fmt::format("'{}' in the address is no NAME=TYPE", part), "such as type=birth_date=date,tags=set; names with commas go into 'map'");
    options.types.push_back({.column = part.substr(0, equals), .type = *type});
  }
  return {};
}

}  // namespace

Result<WantedImport> wanted_import(const Address& address) {
  WantedImport wanted;
  ImportOptions& options = wanted.options;
  options.wording = Wording::parameters;
  WM_TRY(options.kind, kind_of(address));
  for (const Text& text : kTexts)
    if (const std::string* value = query_text(address, text.name)) options.*text.field = *value;
  for (const Switch& one : kSwitches) {
    WM_TRY(const bool is_on, query_flag(address, one.name));
    if (query_text(address, one.name) != nullptr) options.*one.field = is_on;
  }
  if (const std::string* types = query_text(address, "type")) WM_CHECK_OK(take_types(*types, options));
  if (const std::string* columns = query_text(address, "columns")) options.columns = parts_of(*columns);
  if (const std::string* map = query_text(address, "map")) wanted.mapping = *map;
  const std::string* name = query_text(address, "name");
  wanted.name = name == nullptr || name->empty() ? "upload" : *name;
  if (wanted.name.size() > kFileNameBytesMax || wanted.name.find('/') != std::string::npos) return fail(ErrorCode::usage, fmt::format("'name' in the address is the name of a file, of at most {} bytes, without folders", kFileNameBytesMax));
  return wanted;
}

}  // namespace wanamaker
