#include "base/prefetch.h"
#include "columns/event_appender.h"
#include "engine/apply/apply.h"
#include "engine/by_name.h"
#include "evaluate/counting_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {
namespace {

// The codes of texts of one column that were met lately: in most columns few come again and again, and the pool knows those of all.
class RecentTexts {
 public:
  Cell to_cell(const Value& value, CellStore& cells) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return cells.to_cell(value);
    Slot& slot = slots_[place_of(*text)];
    if (slot.text == nullptr || *slot.text != *text) slot = {.text = text, .cell = cells.to_cell(value)};
    return slot.cell;
  }

 private:
  struct Slot {
    const std::string* text = nullptr;  // in the batch
    Cell cell = {};
  };
  static std::size_t place_of(std::string_view text) {
    std::uint64_t first = text.size();
    std::uint64_t last = 0;
    std::memcpy(&last, text.data() + text.size() - std::min(text.size(), sizeof last), std::min(text.size(), sizeof last));
    if (text.size() > sizeof first) std::memcpy(&first, text.data(), sizeof first);
    return ((first ^ last) * 0x9E37'79B9'7F4A'7C15 + last) >> 58;  // the upper six bits
  }
  std::array<Slot, 64> slots_;
};

std::vector<ContactOrdinal> contacts_of(Base& base, const ImportBatch& batch) {
  std::vector<std::string_view> ids;
  ids.reserve(batch.rows.size());
  for (const BatchRow& row : batch.rows) ids.push_back(row.id);
  return base.contacts_for(ids);
}

std::vector<AttributeId> column_ids(AttributeTable& table, const ImportBatch& batch) {
  std::vector<AttributeId> ids;
  for (const BatchColumn& column : batch.columns) {
    const auto known = table.find(column.name);
    ids.push_back(known ? *known : table.add({.name = column.name, .type = column.type}));
  }
  return ids;
}

void import_contacts(Base& base, const ImportBatch& batch, Timestamp accepted_at) {
  const std::vector<AttributeId> ids = column_ids(base.schema.contact, batch);
  if (batch.keeps_history) for (const AttributeId id : ids) keep_history(base, id, accepted_at);
  const std::vector<ContactOrdinal> contacts = contacts_of(base, batch);
  std::vector<RecentTexts> texts(ids.size());
  std::vector<bool> keeps_history;
  for (const AttributeId id : ids) keeps_history.push_back(base.schema.contact.at(id).history == History::kept);
  for (std::size_t place = 0; place < batch.rows.size(); ++place) {
    const BatchRow& row = batch.rows[place];
    const ContactOrdinal contact = contacts[place];
    if (row.owner) base.set_account_of(contact, row.owner->empty() ? std::nullopt : std::optional(base.account_for(*row.owner)));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Cell cell = texts[i].to_cell(row.values[i], base.cells);
      if (keeps_history[i]) base.add_history(ids[i], contact, row.at.value_or(accepted_at), cell);
      else base.set_attribute(ids[i], contact, cell);
    }
  }
}

void import_accounts(Base& base, const ImportBatch& batch) {
  const std::vector<AttributeId> ids = column_ids(base.schema.account, batch);
  for (const BatchRow& row : batch.rows) {
    const AccountOrdinal account = base.account_for(row.id);
    for (std::size_t i = 0; i < ids.size(); ++i) base.set_account_attribute(ids[i], account, base.cells.to_cell(row.values[i]));
  }
}

void import_records(Base& base, const ImportBatch& batch) {
  const RecordTypeId type = record_type_for(base, batch.record_type);
  const std::vector<AttributeId> ids = column_ids(base.schema.records[type.value].fields, batch);
  RecordTable& table = base.records[type.value];
  for (const BatchRow& row : batch.rows) {
    const std::uint32_t record = table.row_for(row.id);
    if (batch.kind == BatchKind::contact_records) table.set_owner(record, OwnerKind::contact, base.contact_for(*row.owner).value);
    else table.set_owner(record, OwnerKind::account, base.account_for(*row.owner).value);
    for (std::size_t i = 0; i < ids.size(); ++i) table.set_field(record, ids[i], base.cells.to_cell(row.values[i]));
  }
  base.touch();
}

// Where the values of one event name go: its table, and a property for each column of the batch that it has.
struct EventPlaces {
  EventTypeId type;
  std::vector<std::optional<AttributeId>> properties;
};

EventPlaces places_of(Base& base, const ImportBatch& batch, std::string_view event) {
  EventPlaces places{.type = event_type_for(base, event), .properties = {}};
  const AttributeTable& known = base.schema.events[places.type.value].properties;
  for (const BatchColumn& column : batch.columns) places.properties.push_back(known.find(column.name));
  return places;
}

// A name may stand in two columns of the batch, of different types: an event has it of one type, and the first row says which.
AttributeId property_for(Base& base, EventTypeId event, const std::string& name, ValueType type) {
  AttributeTable& properties = base.schema.events[event.value].properties;
  const auto known = properties.find(name);
  return known ? *known : properties.add({.name = name, .type = type});
}

// What the rows of a batch say in words, as numbers. Shape: beside the batch's rows.
struct CodedEvents {
  struct Value {
    AttributeId property;
    Cell cell;
  };
  std::vector<EventTypeId> types;
  std::vector<Timestamp> instants;
  std::vector<std::uint32_t> value_ends;  // in values: those of a row begin where those of the row before end
  std::vector<Value> values;
  bool has_message_ids = false;
};

void fetch_values(const BatchRow& row) {
  const auto* const first = reinterpret_cast<const char*>(row.values.data());
  constexpr std::size_t kLineBytes = 64;
  for (std::size_t at = 0; at < row.values.size() * sizeof(Value); at += kLineBytes) fetch_line(first + at);
}

// Names and texts become known in the order of the rows.
CodedEvents code(Base& base, const ImportBatch& batch) {
  CodedEvents coded;
  coded.types.reserve(batch.rows.size());
  coded.instants.reserve(batch.rows.size());
  coded.value_ends.reserve(batch.rows.size());
  ByName<EventPlaces> places_by_event;
  std::vector<RecentTexts> texts(batch.columns.size());
  constexpr std::size_t kAhead = 8;  // rows, of which the values lie elsewhere
  for (const BatchRow& row : batch.rows) {
    if (const auto place = static_cast<std::size_t>(&row - batch.rows.data()); place + kAhead < batch.rows.size()) fetch_values(batch.rows[place + kAhead]);
    EventPlaces& places = places_by_event.of(row.event, [&](std::string_view event) { return places_of(base, batch, event); });
    coded.types.push_back(places.type);
    coded.instants.push_back(*row.at);
    coded.has_message_ids |= !row.message_id.empty();
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (is_missing(row.values[i])) continue;
      std::optional<AttributeId>& property = places.properties[i];
      if (!property) property = property_for(base, places.type, batch.columns[i].name, type_of(row.values[i]));
      coded.values.push_back({.property = *property, .cell = texts[i].to_cell(row.values[i], base.cells)});
    }
    coded.value_ends.push_back(static_cast<std::uint32_t>(coded.values.size()));
  }
  return coded;
}

// Places in the batch, those of one name and shard after each other, since they go to the same chunks, but in their order.
std::vector<std::uint64_t> by_chunk(const CodedEvents& coded, std::span<const ContactOrdinal> contacts) {
  constexpr unsigned kPlaceBits = 32;
  std::vector<std::uint64_t> keys;
  keys.reserve(contacts.size());
  std::uint32_t shards = 1;
  for (const ContactOrdinal contact : contacts) shards = std::max(shards, contact.value / kShardContacts + 1);
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    const std::uint64_t group = std::uint64_t{coded.types[i].value} * shards + contacts[i].value / kShardContacts;
    most = std::max(most, group);
    keys.push_back(group << kPlaceBits | i);
  }
  sort_by_counting(keys, kPlaceBits, kPlaceBits + static_cast<unsigned>(std::bit_width(most)));
  return keys;
}

void import_events(Base& base, const ImportBatch& batch, std::vector<Base::NewEvent>& appended) {
  const std::vector<ContactOrdinal> contacts = contacts_of(base, batch);
  const CodedEvents coded = code(base, batch);
  const std::size_t before = appended.size();
  appended.resize(before + batch.rows.size());
  EventAppender events;
  for (const std::uint64_t key : by_chunk(coded, contacts)) {
    const auto place = static_cast<std::uint32_t>(key);
    const EventTypeId type = coded.types[place];
    events.turn_to(base.events[type.value]);
    const std::uint32_t at = events.add(contacts[place], coded.instants[place]);
    appended[before + place] = {.place = {type, at}, .contact = contacts[place], .at = coded.instants[place]};
    for (std::uint32_t i = place == 0 ? 0 : coded.value_ends[place - 1]; i < coded.value_ends[place]; ++i) events.set_property(coded.values[i].property, coded.values[i].cell);
    if (!coded.has_message_ids || batch.rows[place].message_id.empty()) continue;
    events.set_message_id(batch.rows[place].message_id);
    base.add_message(batch.rows[place].message_id, {type, at});
  }
  events.finish();
}

}  // namespace

void apply_import(Base& base, const ImportBatch& batch, Timestamp accepted_at, std::vector<Base::NewEvent>& appended) {
  switch (batch.kind) {
    case BatchKind::contacts: return import_contacts(base, batch, accepted_at);
    case BatchKind::accounts: return import_accounts(base, batch);
    case BatchKind::contact_records:
    case BatchKind::account_records: return import_records(base, batch);
    case BatchKind::events: return import_events(base, batch, appended);
  }
}

}  // namespace wanamaker
