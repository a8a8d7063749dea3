// What must hold in a base, what is still used in it, and how its message ids are found again after a load.

#include "base/check.h"
#include "columns/base.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

Chunk::Bounds allowed(ValueType type, const CellStore& cells) {
  constexpr std::int64_t kMantissas = 1'000'000'000'000'000'000;
  switch (type) {
    case ValueType::text: return {0, std::int64_t{cells.texts().size()} - 1};
    case ValueType::number: return {1 - kMantissas, kMantissas - 1};
    case ValueType::boolean: return {0, 1};
    case ValueType::date: return {utc_date(kTimestampMin).days, utc_date(kTimestampMax).days};
    case ValueType::timestamp: return {kTimestampMin.ms, kTimestampMax.ms};
    case ValueType::set: return {0, std::int64_t{cells.sets()} - 1};
    case ValueType::location: return {0, std::int64_t{cells.locations()} - 1};
  }
  CHECK(false, "every type has a case");
}

bool is_normal(const Cell& cell) { return cell.scale == 0 || cell.bits % 10 != 0; }

// A rule that the values of a chunk break, as the end of a sentence; nullptr where there is none.
const char* fault_of(const Chunk& chunk, ValueType type, Chunk::Bounds range) {
  const auto bounds = chunk.bounds();
  if (!bounds) return nullptr;
  if (bounds->least < range.least || bounds->most > range.most) return "has a value out of range";
  if (!chunk.has_scales()) return nullptr;
  for (std::uint32_t row = 0; row < chunk.size(); ++row) {
    const Cell cell = chunk.at(row);
    if (cell.scale != 0 && type != ValueType::number) return "has decimal places and is no number";
    if (!is_normal(cell)) return "has a number that ends in a zero decimal";
  }
  return nullptr;
}

void mark(std::vector<bool>& used, std::int64_t place) { used[static_cast<std::size_t>(place)] = true; }

std::vector<bool>* used_by(ValueType type, CellStore::Used& used) {
  switch (type) {
    case ValueType::text: return &used.texts;
    case ValueType::set: return &used.sets;
    case ValueType::location: return &used.locations;
    case ValueType::number:
    case ValueType::boolean:
    case ValueType::date:
    case ValueType::timestamp: return nullptr;
  }
  CHECK(false, "every type has a case");
}

void mark_columns(const ColumnSet& columns, const AttributeTable& attributes, CellStore::Used& used) {
  for (std::uint32_t i = 0; i < std::min<std::size_t>(attributes.size(), columns.all().size()); ++i) {
    std::vector<bool>* marks = used_by(attributes.at({i}).type, used);
    if (marks != nullptr) for_each_known(columns.all()[i], [&](std::uint32_t, std::int64_t bits) { mark(*marks, bits); });
  }
}

}  // namespace

std::uint32_t Base::collect() {
  CellStore::Used used = cells.nothing_used();
  const ContactColumns& contacts = contacts_.columns();
  mark_columns(contacts.attributes, schema.contact, used);
  mark_columns(accounts_.columns().attributes, schema.account, used);
  for (std::size_t i = 0; i < events.size(); ++i) mark_columns(events[i].columns().properties, schema.events[i].properties, used);
  for (std::size_t i = 0; i < records.size(); ++i) mark_columns(records[i].columns().fields, schema.records[i].fields, used);
  for (std::uint32_t i = 0; i < std::min<std::size_t>(schema.contact.size(), contacts.histories.size()); ++i) {
    std::vector<bool>* marks = used_by(schema.contact.at({i}).type, used);
    if (marks == nullptr) continue;
    for_each_entry(contacts.histories[i], [&](ContactOrdinal, const HistoryEntry& entry) {
      if (entry.value.known) mark(*marks, entry.value.bits);
    });
  }
  return cells.collect(std::move(used));
}

std::optional<std::string> Base::load_messages() {
  for (std::uint32_t type = 0; type < events.size(); ++type) {
    const auto& chunks = events[type].columns().message_ids.chunks();
    for (std::uint32_t i = 0; i < chunks.size(); ++i) {
      if (chunks.find(i) == nullptr) continue;
      for (std::uint32_t row = i * TextChunk::kRows; row < i * TextChunk::kRows + chunks.find(i)->size(); ++row) {
        const std::string_view message = events[type].message_id(row);
        if (message.empty()) continue;
        if (find_message(message)) return fmt::format("two events have the message id of event {} of '{}'", row, schema.events[type].name);
        messages_.add(message, {{type}, row});
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> Base::broken_column(const ColumnSet& columns, const AttributeTable& attributes,
                                               std::string_view table) const {
  for (std::uint32_t i = 0; i < columns.all().size(); ++i) {
    const auto& chunks = columns.all()[i].chunks();
    if (i >= attributes.size()) return fmt::format("a table of {}s has more columns than the schema", table);
    const Attribute& attribute = attributes.at({i});
    const Chunk::Bounds range = allowed(attribute.type, cells);
    for (std::size_t k = 0; k < chunks.size(); ++k) {
      const char* fault = chunks.find(k) == nullptr ? nullptr : fault_of(*chunks.find(k), attribute.type, range);
      if (fault != nullptr) return fmt::format("'{}' of {}s from row {} on {}", attribute.name, table, k * Chunk::kRows, fault);
    }
  }
  return std::nullopt;
}

std::optional<std::string> Base::broken_histories() const {
  const auto& histories = contacts_.columns().histories;
  std::optional<std::string> broken;
  for (std::uint32_t i = 0; i < histories.size(); ++i) {
    if (i >= schema.contact.size()) return "there are more histories than attributes";
    const Attribute& attribute = schema.contact.at({i});
    const Chunk::Bounds range = allowed(attribute.type, cells);
    for_each_entry(histories[i], [&](ContactOrdinal contact, const HistoryEntry& entry) {
      const Cell& value = entry.value;
      const bool in_range = value.bits >= range.least && value.bits <= range.most;
      const bool has_scale = is_normal(value) && (value.scale == 0 || attribute.type == ValueType::number);
      const bool fits = !value.known || (in_range && has_scale);
      const bool has_instant = entry.at >= kTimestampMin && entry.at <= kTimestampMax;
      if (!fits || !has_instant || attribute.history != History::kept) {
        broken = fmt::format("the history of '{}' of contact {} has an entry that cannot be", attribute.name, contact.value);
      }
      if (!is_contact(contact)) broken = fmt::format("contact {} is not living and has a history of '{}'", contact.value, attribute.name);
    });
    for (std::uint32_t k = 0; k < ordinals() && !broken; ++k) {
      if (std::ranges::is_sorted(histories[i].of({k}), {}, &HistoryEntry::at)) continue;
      broken = fmt::format("the history of '{}' of contact {} is not in order", attribute.name, k);
    }
    if (broken) return broken;
  }
  return std::nullopt;
}

std::optional<std::string> Base::broken_lists() const {
  std::optional<std::string> broken;
  const auto check = [&](std::string_view what, const std::string& key, const ListMembers& entries) {
    entries.for_each([&](ContactOrdinal contact, const ListEntry&) {
      if (contact.value < ordinals() && is_contact(contact)) return;
      broken = fmt::format("{} '{}' has contact {}, who is not living", what, key, contact.value);
    });
  };
  for (const auto& [key, list] : catalog.lists) check("list", key, list.entries);
  for (const auto& [key, segment] : catalog.segments) {
    check("segment", key, segment.overrides.added);
    check("segment", key, segment.overrides.removed);
    segment.overrides.added.for_each([&](ContactOrdinal contact, const ListEntry&) {
      if (segment.overrides.removed.contains(contact)) broken = fmt::format("contact {} is both added to segment '{}' and removed from it", contact.value, key);
    });
  }
  return broken;
}

std::optional<std::string> Base::broken_invariant() const {
  if (events.size() != schema.events.size()) return "there are not as many tables of events as event types";
  if (records.size() != schema.records.size()) return "there are not as many tables of records as record types";
  if (auto broken = cells.broken_invariant()) return broken;
  if (auto broken = contacts_.broken_invariant()) return broken;
  if (auto broken = broken_column(contacts_.columns().attributes, schema.contact, "contact")) return broken;
  if (auto broken = broken_column(accounts_.columns().attributes, schema.account, "account")) return broken;
  for (std::size_t i = 0; i < contacts_.columns().accounts.chunks().size(); ++i) {
    const Chunk* chunk = contacts_.columns().accounts.chunks().find(i);
    const auto range = chunk != nullptr ? chunk->bounds() : std::nullopt;
    if (range && (range->least < 0 || range->most >= accounts())) {
      return fmt::format("a contact from {} on has an account that is not there", i * Chunk::kRows);
    }
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string& name = schema.events[i].name;
    if (auto broken = events[i].broken_invariant(ordinals())) return fmt::format("events '{}': {}", name, *broken);
    if (auto broken = broken_column(events[i].columns().properties, schema.events[i].properties, "event '" + name + "'")) return broken;
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string& name = schema.records[i].name;
    if (auto broken = records[i].broken_invariant(ordinals(), accounts())) return fmt::format("records '{}': {}", name, *broken);
    if (auto broken = broken_column(records[i].columns().fields, schema.records[i].fields, "record '" + name + "'")) return broken;
  }
  if (auto broken = broken_histories()) return broken;
  return broken_lists();
}

}  // namespace wanamaker
