#pragma once
// The schema: which attributes contacts and accounts have, which events with which properties, which record types with which
// fields. Names keep their spelling; two that differ only in case may stand side by side, and a bare name then is ambiguous.
// Ids are positions and never change; nothing is ever removed, so an id stays valid for the life of the store.

#include "base/ids.h"
#include "base/result.h"
#include "model/value.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

enum class History : std::uint8_t { none, kept };

struct Attribute {
  std::string name;
  ValueType type = ValueType::text;
  History history = History::none;
};

// The attributes of one table, by id.
class AttributeTable {
 public:
  std::optional<AttributeId> find(std::string_view exact_name) const;
  AttributeId add(Attribute attribute);  // the name must be new
  const Attribute& at(AttributeId id) const { return attributes_.at(id.value); }
  Attribute& at(AttributeId id) { return attributes_.at(id.value); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(attributes_.size()); }
  const std::vector<Attribute>& all() const { return attributes_; }

 private:
  std::vector<Attribute> attributes_;
};

struct EventType {
  std::string name;
  AttributeTable properties;
};

struct RecordType {
  std::string name;
  AttributeTable fields;
};

struct Schema {
  AttributeTable contact;
  AttributeTable account;
  std::vector<EventType> events;
  std::vector<RecordType> records;
  std::string zone = "UTC";

  std::optional<EventTypeId> find_event(std::string_view exact_name) const;
  std::optional<RecordTypeId> find_record(std::string_view exact_name) const;
};

// Which table a column belongs to: contacts, accounts, one event name, or one record type.
enum class TableKind : std::uint8_t { contact, account, event, record };
struct TableName {
  TableKind kind = TableKind::contact;
  std::string name = {};  // of the event or record type
  friend bool operator==(const TableName&, const TableName&) = default;
};

// Errors: invalid, when a name is empty, over 128 bytes, or reserved in that table (`id` of contacts and records).
Result<void> check_name(const TableName& table, std::string_view name);

}  // namespace wanamaker
