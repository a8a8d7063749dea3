#include "columns/event_table.h"

#include "base/check.h"
#include "base/json.h"
#include "columns/event_appender.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace wanamaker {

void EventColumns::saved(const EventColumns& image) {
  contacts.saved(image.contacts, image.rows);
  times.saved(image.times, image.rows);
  message_ids.saved(image.message_ids, image.rows);
  properties.saved(image.properties, image.rows);
}

std::uint32_t EventTable::append(ContactOrdinal contact, Timestamp at, std::string_view message_id) {
  EventAppender appender;
  appender.turn_to(*this);
  const std::uint32_t row = appender.add(contact, at);
  appender.set_message_id(message_id);
  appender.finish();
  return row;
}

void EventTable::note_bounds(std::uint32_t chunk) {
  if (chunk >= bounds_.size()) bounds_.resize(chunk + std::size_t{1});
  const Chunk* owners = columns_.contacts.chunks().find(chunk);
  const Chunk* times = columns_.times.chunks().find(chunk);
  bounds_[chunk] = {};
  if (owners == nullptr || times == nullptr || owners->known() == 0) return;
  const Chunk::Bounds contacts = owners->loose_bounds();
  const Chunk::Bounds instants = times->loose_bounds();
  bounds_[chunk] = {.least_contact = static_cast<std::uint32_t>(contacts.least), .most_contact = static_cast<std::uint32_t>(contacts.most), .first_ms = instants.least, .last_ms = instants.most};
}

void EventTable::move_contact(ContactOrdinal from, ContactOrdinal into) {
  DCHECK(strips_.is_settled(), "the rows of a contact are known");
  for (const std::uint32_t row : rows_of(from)) {
    columns_.contacts.set(row, whole_cell(into.value));
    note_bounds(row / Chunk::kRows);
  }
  strips_.move(from, into);
  places_.forget();
}

void EventTable::remove_contact(ContactOrdinal contact) {
  DCHECK(strips_.is_settled(), "the rows of a contact are known");
  for (const std::uint32_t row : rows_of(contact)) {
    columns_.contacts.set(row, {});
    columns_.times.set(row, {});
    columns_.message_ids.set(row, "");
    columns_.properties.clear(row);
    note_bounds(row / Chunk::kRows);
    --live_;
  }
  strips_.remove(contact);
  places_.forget();
}

std::string EventTable::content(std::uint32_t row, const CellStore& cells, const AttributeTable& properties) const {
  std::map<std::string, std::string> members;
  for (std::uint32_t i = 0; i < properties.size(); ++i) {
    const Cell cell = property({i}, row);
    if (cell.known) members[properties.at({i}).name] = to_json_text(cells.to_value(cell, properties.at({i}).type));
  }
  std::string text = "{";
  for (const auto& [name, value] : members) text += (text.size() > 1 ? "," : "") + json_quote(name) + ":" + value;
  return text + "}";
}

bool EventTable::is_earlier(std::uint32_t a, std::uint32_t b, const CellStore& cells, const AttributeTable& properties) const {
  if (message_id(a) != message_id(b)) return message_id(a) < message_id(b);
  const auto& all = columns_.properties.all();
  if (std::ranges::all_of(all, [&](const Column& property) { return property.at(a) == property.at(b); })) return false;
  return content(a, cells, properties) < content(b, cells, properties);
}

// Only when all strips are made anew: until then those there are have the numbers of the one chosen before.
void EventTable::choose_strip_property(const AttributeTable& properties) {
  strip_property_.reset();
  for (std::uint32_t i = 0; i < properties.size() && !strip_property_; ++i)
    if (properties.at({i}).type == ValueType::number) strip_property_ = AttributeId{i};
}

void EventTable::settle(const CellStore& cells, const AttributeTable& properties) {
  if (strips_.is_settled()) return;
  if (strips_.makes_all_anew()) choose_strip_property(properties);
  static const Column kNone;
  const Column* numbers = nullptr;
  if (strip_property_) numbers = strip_property_->value < columns_.properties.all().size() ? &columns_.properties.all()[strip_property_->value] : &kNone;
  const auto earlier = [&](std::uint32_t a, std::uint32_t b) { return is_earlier(a, b, cells, properties); };
  strips_.settle({.contacts = columns_.contacts, .times = columns_.times, .numbers = numbers}, earlier);
}

void EventTable::load(EventColumns columns) {
  columns_ = std::move(columns);
  strips_.reset();
  places_.forget();
  live_ = 0;
  bounds_.clear();
  for (std::uint32_t i = 0; i < columns_.contacts.chunks().size(); ++i) {
    if (const Chunk* chunk = columns_.contacts.chunks().find(i)) live_ += chunk->known();
    note_bounds(i);
  }
}

std::optional<std::string> EventTable::broken_invariant(std::uint32_t contacts) const {
  std::uint32_t live = 0;
  const std::size_t chunks = std::max(columns_.contacts.chunks().size(), columns_.times.chunks().size());
  for (std::size_t i = 0; i < chunks; ++i) {
    static const Chunk kNone;
    const Chunk* owner = columns_.contacts.chunks().find(i);
    const Chunk* instant = columns_.times.chunks().find(i);
    if (owner == nullptr) owner = &kNone;
    if (instant == nullptr) instant = &kNone;
    live += owner->known();
    if (const auto range = owner->bounds(); range && (range->least < 0 || range->most >= contacts)) {
      const std::int64_t ordinal = range->least < 0 ? range->least : range->most;
      return fmt::format("an event from row {} on is of contact {}, and there are {}", i * Chunk::kRows, ordinal, contacts);
    }
    if (owner->known() == owner->size() && instant->known() == instant->size() && owner->size() == instant->size()) continue;
    for (std::uint32_t row = 0; row < Chunk::kRows; ++row) {
      if (owner->is_known(row) == instant->is_known(row)) continue;
      return fmt::format("event {} has only one of contact and time", i * Chunk::kRows + row);
    }
  }
  if (live != live_) return fmt::format("{} events have a contact, not {}", live, live_);
  if (!strips_.is_settled()) return std::nullopt;
  std::size_t placed = 0;
  for (std::uint32_t i = 0; i < contacts; ++i) {
    const auto rows = rows_of({i});
    placed += rows.size();
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (rows[k] >= size() || contact(rows[k]).value != i) return fmt::format("the strip of contact {} has an event of another", i);
      if (at(rows[k]) != rows.at(k)) return fmt::format("the strip of contact {} has another instant of an event than its row", i);
      const StripEvent::Code number = strip_property_ ? StripEvent::code_of(property(*strip_property_, rows[k])) : StripEvent::kElsewhere;
      if (rows.event(k).number() != number) return fmt::format("the strip of contact {} has another number of an event than its row", i);
      if (k > 0 && rows.at(k - 1) > rows.at(k)) return fmt::format("the strip of contact {} is not in order of time", i);
    }
  }
  if (placed != live_) return fmt::format("{} events stand in strips, not {}", placed, live_);
  return std::nullopt;
}

}  // namespace wanamaker
