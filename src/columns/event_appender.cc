#include "columns/event_appender.h"

#include "base/check.h"

#include <limits>

namespace wanamaker {

std::uint32_t EventAppender::add(ContactOrdinal contact, Timestamp at) {
  EventTable& table = *table_;
  CHECK(table.columns_.rows < std::numeric_limits<std::uint32_t>::max() / 2, "a table has at most 2^31 events");
  row_ = table.places_.place(contact, table.columns_.contacts, table.columns_.rows);
  if (row_ / Chunk::kRows != chunk_) begin_chunk(row_ / Chunk::kRows);
  contacts_.add(row_ % Chunk::kRows, contact.value, 0);
  times_.add(row_ % Chunk::kRows, at.ms, 0);
  table.strips_.add(contact, row_, at);
  ++table.live_;
  return row_;
}

void EventAppender::set_property(AttributeId property, const Cell& cell) {
  if (!cell.known) return;
  if (property.value >= properties_.size()) properties_.resize(property.value + std::size_t{1});
  Run& run = properties_[property.value];
  if (run.chunk == nullptr) run.chunk = &table_->columns_.properties.all(property.value + 1)[property.value].chunks().writable(chunk_);
  run.add(row_ % Chunk::kRows, cell.bits, cell.scale);
}

void EventAppender::set_message_id(std::string_view message_id) { table_->columns_.message_ids.set(row_, message_id); }

void EventAppender::begin_chunk(std::size_t chunk) {
  finish();
  chunk_ = chunk;
  contacts_.chunk = &table_->columns_.contacts.chunks().writable(chunk);
  times_.chunk = &table_->columns_.times.chunks().writable(chunk);
}

void EventAppender::finish() {
  if (chunk_ == kNone) return;
  contacts_.write();
  times_.write();
  for (Run& run : properties_) {
    run.write();
    run.chunk = nullptr;
  }
  table_->note_bounds(static_cast<std::uint32_t>(chunk_));
  chunk_ = kNone;
}

}  // namespace wanamaker
