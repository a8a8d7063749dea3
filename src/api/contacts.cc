#include "api/contacts.h"

#include "api/overrides.h"
#include <fmt/format.h>

namespace wanamaker {
namespace {

Json attributes_json(const Base& base, ContactOrdinal contact) {
  Json result = Json::object();
  for (std::uint32_t i = 0; i < base.schema.contact.size(); ++i) {
    const Attribute& attribute = base.schema.contact.at({i});
    const Cell cell = base.attribute({i}, contact);
    if (!cell.known) continue;
    auto value = Json::parse(to_json_text(base.cells.to_value(cell, attribute.type)));
    result.set(attribute.name, value ? std::move(*value) : Json());
  }
  return result;
}

Json events_json(const Base& base, ContactOrdinal contact) {
  Json result = Json::array();
  for (std::uint32_t i = 0; i < base.events.size(); ++i) {
    const auto rows = base.events[i].rows_of(contact);
    if (rows.empty()) continue;
    result.push(Json::object().set("event", base.schema.events[i].name).set("count", std::uint64_t{rows.size()})
                    .set("first", to_string(base.events[i].at(rows.front()))).set("last", to_string(base.events[i].at(rows.back()))));
  }
  return result;
}

Json records_json(const Base& base, ContactOrdinal contact) {
  Json result = Json::array();
  const auto account = base.account_of(contact);
  for (std::uint32_t i = 0; i < base.records.size(); ++i) {
    const auto push = [&](std::span<const std::uint32_t> rows, std::string_view of) {
      for (const std::uint32_t row : rows) result.push(Json::object().set("type", base.schema.records[i].name).set("id", base.records[i].id(row)).set("of", of));
    };
    push(base.records[i].of_contact(contact), "contact");
    if (account) push(base.records[i].of_account(*account), "account");
  }
  return result;
}

}  // namespace

Result<Json> contact_json(Workspace& workspace, std::string_view id) {
  const Base& base = workspace.base();
  const auto contact = base.find_contact(id);
  if (!contact) return fail(ErrorCode::not_found, fmt::format("there is no contact '{}'", id), "ids are compared byte for byte, case and leading zeros included");
  Json aliases = Json::array();
  for (const std::string& alias : base.aliases_of(*contact)) aliases.push(alias);
  Json lists = Json::array();
  for (const auto& [key, list] : base.catalog.lists) if (list.entries.contains(*contact)) lists.push(key);
  const auto account = base.account_of(*contact);
  Json result = Json::object().set("id", base.contact_id(*contact)).set("aliases", std::move(aliases)).set("account", account ? Json(std::string(base.account_id(*account))) : Json())
      .set("attributes", attributes_json(base, *contact)).set("events", events_json(base, *contact)).set("records", records_json(base, *contact)).set("lists", std::move(lists));
  if (Json by_hand = overrides_of_contact_json(workspace, *contact); !by_hand.as_array()->empty()) result.set("by_hand", std::move(by_hand));
  return result;
}

std::string contact_text(const Json& contact) {
  std::string text = fmt::format("contact {}\n", *contact.find("id")->as_string());
  if (const std::string* account = contact.find("account")->as_string()) text += fmt::format("  account {}\n", *account);
  for (const auto& [name, value] : *contact.find("attributes")->as_object()) text += fmt::format("  {:<28} {}\n", name, value.as_string() != nullptr ? *value.as_string() : value.dump());
  for (const Json& event : *contact.find("events")->as_array()) {
    text += fmt::format("  {:<28} {} times, {} to {}\n", *event.find("event")->as_string(), event.find("count")->as_number()->text, *event.find("first")->as_string(), *event.find("last")->as_string());
  }
  for (const Json& record : *contact.find("records")->as_array()) text += fmt::format("  {} {} of the {}\n", *record.find("type")->as_string(), *record.find("id")->as_string(), *record.find("of")->as_string());
  for (const Json& list : *contact.find("lists")->as_array()) text += fmt::format("  in list {}\n", *list.as_string());
  if (const Json* by_hand = contact.find("by_hand")) text += overrides_of_contact_text(*by_hand);
  for (const Json& alias : *contact.find("aliases")->as_array()) text += fmt::format("  also known as {}\n", *alias.as_string());
  return text;
}

}  // namespace wanamaker
