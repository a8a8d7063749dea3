#pragma once
// All events of one name, as columns. Rows stand in order of arrival, each shard of contacts in chunks of its own (row_places.h); an
// order by contact and time is made by settle(), so that a contact's events are one contiguous strip, oldest first. Reads of strips
// need a settled table. An erased row belongs to nobody and holds nothing.
// Order within a strip: time, message id (a missing id first, by bytes), content as JSON (LANGUAGE.md 2.2).
// Single writer.

#include "columns/cells.h"
#include "columns/row_places.h"
#include "columns/strips.h"
#include "model/schema.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// As they are kept in pages.
struct EventColumns {
  Column contacts;         // ContactOrdinal; missing: nobody's
  Column times;            // milliseconds; known where the contact is
  TextColumn message_ids;  // empty where missing
  ColumnSet properties;
  std::uint32_t rows = 0;

  void saved(const EventColumns& image);
};

class EventTable {
 public:
  std::uint32_t append(ContactOrdinal contact, Timestamp at, std::string_view message_id);  // many: columns/event_appender.h
  void set_property(std::uint32_t row, AttributeId property, const Cell& cell) { columns_.properties.set(property, row, cell); }
  // Both below need a settled table and leave it to be settled again.
  void move_contact(ContactOrdinal from, ContactOrdinal into);
  void remove_contact(ContactOrdinal contact);
  bool is_settled() const { return strips_.is_settled(); }
  std::size_t rows_to_settle() const { return strips_.makes_all_anew() ? columns_.rows : strips_.pending(); }
  void settle(const CellStore& cells, const AttributeTable& properties);

  StripView rows_of(ContactOrdinal contact) const { return strips_.of(contact); }
  // No event of the contact comes after it. Cost: no column is read.
  Timestamp newest_at_most(ContactOrdinal contact) const { return strips_.newest_at_most(contact); }
  // The property whose numbers stand in strips (strip_view.h), where there is one: the first of the name's that is a number.
  std::optional<AttributeId> strip_property() const { return strip_property_; }
  // The processor is asked for what rows_of() reads; once that is there, for the newest rows; and then for a value.
  void fetch(ContactOrdinal contact) const { strips_.fetch(contact); }
  void fetch_rows(ContactOrdinal contact) const { strips_.fetch_rows(contact); }
  void fetch_property(AttributeId property, std::uint32_t row) const {
    if (property.value < columns_.properties.all().size()) columns_.properties.all()[property.value].fetch(row);
  }
  ContactOrdinal contact(std::uint32_t row) const { return {static_cast<std::uint32_t>(columns_.contacts.at(row).bits)}; }
  Timestamp at(std::uint32_t row) const { return {columns_.times.at(row).bits}; }
  std::string_view message_id(std::uint32_t row) const { return columns_.message_ids.at(row); }
  Cell property(AttributeId property, std::uint32_t row) const { return columns_.properties.at(property, row); }
  std::uint32_t size() const { return columns_.rows; }  // the end of the rows; some before it were never used
  std::uint32_t live_rows() const { return live_; }
  // Properties as JSON with sorted keys; the last tie-break of the order.
  std::string content(std::uint32_t row, const CellStore& cells, const AttributeTable& properties) const;

  // What the chunks of rows hold, side by side, for those who look for the few they need: loose bounds of owners and instants.
  struct ChunkBounds {
    std::uint32_t least_contact = 1;
    std::uint32_t most_contact = 0;  // below the least: nobody's
    std::int64_t first_ms = 0;
    std::int64_t last_ms = 0;
  };
  // Shape: one a chunk.
  std::span<const ChunkBounds> chunk_bounds() const { return bounds_; }

  // ---- pages ----
  const EventColumns& columns() const { return columns_; }
  EventColumns& columns() { return columns_; }
  void load(EventColumns columns);
  // Which rule is broken; `contacts` is how many ordinals there are.
  std::optional<std::string> broken_invariant(std::uint32_t contacts) const;

 private:
  friend class EventAppender;
  void choose_strip_property(const AttributeTable& properties);
  bool is_earlier(std::uint32_t a, std::uint32_t b, const CellStore& cells, const AttributeTable& properties) const;
  void note_bounds(std::uint32_t chunk);

  EventColumns columns_;
  std::vector<ChunkBounds> bounds_;  // derived
  RowPlaces places_;
  Strips strips_;
  std::optional<AttributeId> strip_property_;
  std::uint32_t live_ = 0;
};

}  // namespace wanamaker
