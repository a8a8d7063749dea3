#pragma once
// Adds many events to tables. Key idea: events of one name and one shard of contacts go into the same chunk of each column, which is looked up,
// and where an image shares it copied, once for all that come after each other. Single writer; between turn_to() and finish() nothing else
// changes or reads the tables.

#include "columns/event_table.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace wanamaker {

class EventAppender {
 public:
  // Events go there from now on. Cost: nothing where they do already.
  void turn_to(EventTable& table) {
    if (&table == table_) return;
    finish();
    table_ = &table;
  }
  // One more event; its row.
  std::uint32_t add(ContactOrdinal contact, Timestamp at);
  // Of the event that was added last.
  void set_property(AttributeId property, const Cell& cell);
  void set_message_id(std::string_view message_id);
  // Must come last.
  void finish();

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  void begin_chunk(std::size_t chunk);

  EventTable* table_ = nullptr;
  std::size_t chunk_ = kNone;  // that events go into, of each column
  Chunk* contacts_ = nullptr;
  Chunk* times_ = nullptr;
  std::vector<Chunk*> properties_;  // by AttributeId; nullptr: not looked up yet
  std::uint32_t row_ = 0;           // the last
};

}  // namespace wanamaker
