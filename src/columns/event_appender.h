#pragma once
// Adds many events to tables. Key idea: events of one name and one shard of contacts go into the same chunk of each column, which is looked up,
// and where an image shares it copied, once for all that come after each other, and what goes into rows after each other is written at once. Single writer; between turn_to() and finish() nothing else
// changes or reads the tables.

#include "columns/event_table.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
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
  // What rows of a chunk that follow each other have in one column, and is not written yet.
  struct Run {
    static constexpr std::size_t kMost = 32;
    Chunk* chunk = nullptr;  // nullptr: not looked up yet
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::uint8_t scale = 0;
    std::array<std::int64_t, kMost> bits;
    void add(std::uint32_t row, std::int64_t value, std::uint8_t of_scale) {
      if (count == kMost || row != first + count || of_scale != scale) {
        write();
        first = row;
        scale = of_scale;
      }
      bits[count++] = value;
    }
    void write() {
      if (count != 0) chunk->set_all(first, std::span(bits).first(count), scale);
      count = 0;
    }
  };
  void begin_chunk(std::size_t chunk);

  EventTable* table_ = nullptr;
  std::size_t chunk_ = kNone;  // that events go into, of each column
  Run contacts_;
  Run times_;
  std::vector<Run> properties_;  // by AttributeId
  std::uint32_t row_ = 0;           // the last
};

}  // namespace wanamaker
