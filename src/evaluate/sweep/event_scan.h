#pragma once
// The events of a source as a sweep meets them: chunk by chunk of one shard, those that lie in the window, are not of the future and
// pass the filter. Chunks whose times lie outside the window are not touched.
// Immutable; thread-safe. Environment and source must outlive it.

#include "calendar/window.h"
#include "evaluate/sweep/row_filter.h"
#include "evaluate/sweep/shard.h"

#include <deque>
#include <memory>
#include <optional>
#include <span>

namespace wanamaker {

// Events of one chunk. Shape: rows are places in the chunk, whose first row of the table is `first_row`.
struct EventBlock {
  const EventTable& table;
  EventTypeId type;
  std::uint32_t chunk;
  std::uint32_t rows;            // places from here on hold nothing
  const std::uint8_t* owners;    // two bytes a row: plus owner_offset, modulo 65,536, the contact's place in the shard
  std::uint16_t owner_offset;
  const RowMask* selected;       // nullptr: all rows below `rows`

  std::uint32_t first_row() const { return chunk * Chunk::kRows; }
  std::uint32_t owner(std::uint32_t row) const {
    std::uint16_t code;
    std::memcpy(&code, owners + std::size_t{row} * sizeof code, sizeof code);
    return static_cast<std::uint16_t>(code + owner_offset);
  }
  const Chunk& times() const { return *table.columns().times.chunks().find(chunk); }
  // Calls take(row, owner's place in the shard) for each event.
  template <typename Take>
  void for_each(Take take) const {
    if (selected == nullptr) for (std::uint32_t row = 0; row < rows; ++row) take(row, owner(row));
    else for_each_bit(*selected, [&](std::uint32_t row) { take(row, owner(row)); });
  }
};

class EventScan {
 public:
  EventScan(const TypedSource& source, const Window& window, const Environment& environment);
  EventScan(const EventScan&) = delete;
  EventScan& operator=(const EventScan&) = delete;

  // Leaves out events outside the range of instants: for those who know that they do not matter. Not of a window that rolls by months,
  // which has doubtful instants.
  void restrict(BitsRange instants);
  // Shape: visit(block), by event name and then by chunk; only blocks that have an event.
  template <typename Visit>
  void for_each_block(Shard& shard, Visit visit) const {
    for (const Table& table : tables_) {
      const std::size_t chunks = table.events->columns().contacts.chunks().size();
      for (std::uint32_t i = 0; i < chunks; ++i) {
        RowMask selected;
        if (const auto block = select(table, i, shard, selected)) visit(*block);
      }
    }
  }

 private:
  struct Table {
    EventTypeId type;
    const EventTable* events;
    std::optional<RowFilter> filter;
    FilteredTable filtered;
  };
  void add_table(EventTypeId type);
  std::optional<EventBlock> select(const Table& table, std::uint32_t chunk, Shard& shard, RowMask& selected) const;
  void restrict_to_window(const Chunk& times, const Kernels& kernels, RowMask& selected) const;
  void ask(EventTypeId type, const TypedExpression& node, std::uint32_t chunk, RowMask& rows) const;

  const TypedSource& source_;
  const Environment environment_;
  WindowAt window_;
  BitsRange sure_{};
  std::vector<BitsRange> doubtful_;
  std::deque<Table> tables_;  // never moves: filters refer to it
};

}  // namespace wanamaker
