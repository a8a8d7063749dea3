#include "api/contact_export.h"

#include "api/contacts.h"
#include "api/live.h"

#include <algorithm>
#include <tuple>

namespace wanamaker {
namespace {

Json value_json(const Base& base, const Cell& cell, ValueType type) {
  auto value = Json::parse(to_json_text(base.cells.to_value(cell, type)));
  return value ? *std::move(value) : Json();
}

Json history_of(const Base& base, ContactOrdinal contact) {
  Json histories = Json::object();
  for (std::uint32_t i = 0; i < base.schema.contact.size(); ++i) {
    const Attribute& attribute = base.schema.contact.at({i});
    Json entries = Json::array();
    for (const HistoryEntry& entry : base.history({i}, contact)) entries.push(Json::object().set("at", to_string(entry.at)).set("value", entry.value.known ? value_json(base, entry.value, attribute.type) : Json()));
    if (!entries.as_array()->empty()) histories.set(attribute.name, std::move(entries));
  }
  return histories;
}

Json types_of(const AttributeTable& table, const Json& values) {
  Json types = Json::object();
  for (std::uint32_t i = 0; i < table.size(); ++i)
    if (const Attribute& attribute = table.at({i}); values.find(attribute.name) != nullptr) types.set(attribute.name, name_of(attribute.type));
  return types;
}

// Of the properties of the events that the contact has.
Json event_types_of(const Base& base, ContactOrdinal contact) {
  Json all = Json::object();
  for (std::uint32_t i = 0; i < base.events.size(); ++i) {
    const EventType& event = base.schema.events[i];
    if (base.events[i].rows_of(contact).empty() || event.properties.size() == 0) continue;
    Json types = Json::object();
    for (std::uint32_t k = 0; k < event.properties.size(); ++k) types.set(event.properties.at({k}).name, name_of(event.properties.at({k}).type));
    all.set(event.name, std::move(types));
  }
  return all;
}

// In the order of events: by time, name and message id.
Json events_of(const Base& base, ContactOrdinal contact) {
  struct Place {
    Timestamp at;
    std::uint32_t table;
    std::uint32_t row;
  };
  std::vector<Place> places;
  for (std::uint32_t i = 0; i < base.events.size(); ++i)
    for (const std::uint32_t row : base.events[i].rows_of(contact)) places.push_back({base.events[i].at(row), i, row});
  std::ranges::stable_sort(places, {}, [&](const Place& place) {
    return std::tuple(place.at.ms, std::string_view(base.schema.events[place.table].name), base.events[place.table].message_id(place.row));
  });
  Json events = Json::array();
  for (const Place& place : places) {
    const EventTable& table = base.events[place.table];
    Json event = Json::object().set("contact", base.contact_id(contact)).set("event", base.schema.events[place.table].name).set("time", to_string(place.at));
    if (const std::string_view id = table.message_id(place.row); !id.empty()) event.set("message_id", id);
    auto properties = Json::parse(table.content(place.row, base.cells, base.schema.events[place.table].properties));
    events.push(std::move(event.set("properties", properties ? *std::move(properties) : Json::object())));
  }
  return events;
}

// Those of the contact; those of the account are not about one person.
Json records_of(const Base& base, ContactOrdinal contact) {
  Json records = Json::array();
  for (std::uint32_t i = 0; i < base.records.size(); ++i) {
    const AttributeTable& fields = base.schema.records[i].fields;
    for (const std::uint32_t row : base.records[i].of_contact(contact)) {
      Json values = Json::object();
      for (std::uint32_t k = 0; k < fields.size(); ++k)
        if (const Cell cell = base.records[i].field({k}, row); cell.known) values.set(fields.at({k}).name, value_json(base, cell, fields.at({k}).type));
      Json types = types_of(fields, values);
      records.push(Json::object().set("type", base.schema.records[i].name).set("id", base.records[i].id(row)).set("contact", base.contact_id(contact)).set("fields", std::move(values)).set("types", std::move(types)));
    }
  }
  return records;
}

}  // namespace

Result<Json> contact_export_json(Workspace& workspace, std::string_view id) {
  WM_TRY(const Json shown, contact_json(workspace, id));
  WM_TRY(Json memberships, contact_segments_json(workspace, std::string(id)));
  const Base& base = workspace.base();
  const auto contact = base.find_contact(id);
  if (!contact) return fail(ErrorCode::not_found, "the contact is gone");
  const Json& attributes = *shown.find("attributes");
  Json facts = Json::object().set("attributes", attributes).set("types", types_of(base.schema.contact, attributes)).set("account", *shown.find("account"));
  return Json::object().set("format", "wanamaker contact 1").set("exported_at", to_string(workspace.now())).set("id", base.contact_id(*contact)).set("aliases", *shown.find("aliases")).set("contact", std::move(facts))
      .set("history", history_of(base, *contact)).set("events", events_of(base, *contact)).set("types", event_types_of(base, *contact)).set("records", records_of(base, *contact)).set("memberships", std::move(memberships));
}

}  // namespace wanamaker
