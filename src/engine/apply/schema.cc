#include "engine/apply/apply.h"

namespace wanamaker {
namespace {

template <typename SchemaType>
auto table_of(SchemaType& schema, const TableName& table) -> std::remove_reference_t<decltype((schema.contact))>* {
  using Table = std::remove_reference_t<decltype((schema.contact))>;
  switch (table.kind) {
    case TableKind::contact: return &schema.contact;
    case TableKind::account: return &schema.account;
    case TableKind::event: {
      const auto id = schema.find_event(table.name);
      return id ? &schema.events[id->value].properties : static_cast<Table*>(nullptr);
    }
    case TableKind::record: {
      const auto id = schema.find_record(table.name);
      return id ? &schema.records[id->value].fields : static_cast<Table*>(nullptr);
    }
  }
  return static_cast<Table*>(nullptr);
}

}  // namespace

Attribute* find_attribute(Schema& schema, const TableName& table, std::string_view name) {
  AttributeTable* attributes = table_of(schema, table);
  const auto id = attributes != nullptr ? attributes->find(name) : std::nullopt;
  return id ? &attributes->at(*id) : nullptr;
}

const Attribute* find_attribute(const Schema& schema, const TableName& table, std::string_view name) {
  const AttributeTable* attributes = table_of(schema, table);
  const auto id = attributes != nullptr ? attributes->find(name) : std::nullopt;
  return id ? &attributes->at(*id) : nullptr;
}

EventTypeId event_type_for(Base& base, std::string_view name) {
  if (const auto known = base.schema.find_event(name)) return *known;
  base.schema.events.push_back({.name = std::string(name), .properties = {}});
  base.events.emplace_back();
  return {static_cast<std::uint32_t>(base.events.size() - 1)};
}

RecordTypeId record_type_for(Base& base, std::string_view name) {
  if (const auto known = base.schema.find_record(name)) return *known;
  base.schema.records.push_back({.name = std::string(name), .fields = {}});
  base.records.emplace_back();
  base.touch();
  return {static_cast<std::uint32_t>(base.records.size() - 1)};
}

void keep_history(Base& base, AttributeId attribute, Timestamp at) {
  if (base.schema.contact.at(attribute).history == History::kept) return;
  base.schema.contact.at(attribute).history = History::kept;
  std::vector<std::pair<ContactOrdinal, Cell>> present;
  base.for_each_value({TableKind::contact}, attribute, [&](std::string_view, std::uint32_t ordinal, const Cell& cell) { present.emplace_back(ContactOrdinal{ordinal}, cell); });
  for (const auto& [contact, cell] : present) base.add_history(attribute, contact, at, cell);
}

void apply_schema(Base& base, const DeclareEvent& command) { event_type_for(base, command.name); }
void apply_schema(Base& base, const DeclareRecordType& command) { record_type_for(base, command.name); }

void apply_schema(Base& base, const DeclareAttribute& command, Timestamp accepted_at) {
  const AttributeId id = table_of(base.schema, command.table)->add({.name = command.attribute.name, .type = command.attribute.type});
  if (command.attribute.history == History::kept) keep_history(base, id, accepted_at);
}

void apply_schema(Base& base, const AlterAttribute& command, Timestamp accepted_at) {
  AttributeTable& table = *table_of(base.schema, command.table);
  const AttributeId id = *table.find(command.attribute.name);
  const ValueType before = table.at(id).type;
  if (before != command.attribute.type) {
    base.settle();
    base.convert_column(command.table, id, before, command.attribute.type);
    table.at(id).type = command.attribute.type;
  }
  if (command.attribute.history == History::kept) keep_history(base, id, accepted_at);
}

}  // namespace wanamaker
