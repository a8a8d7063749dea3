#pragma once
// The events of a source as a sweep meets them: chunk by chunk of one shard, those that lie in the window, are not of the future and
// pass the filter. Chunks whose times lie outside the window are not touched.
// Immutable; thread-safe. Environment and source must outlive it.

#include "calendar/window.h"
#include "evaluate/sweep/row_filter.h"
#include "evaluate/sweep/shard.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>

namespace wanamaker {

// Events of one chunk. Shape: rows are places in the chunk, whose first row of the table is `first_row`.
struct EventBlock {
  const EventTable& table;
  EventTypeId type;
  std::uint32_t chunk;
  std::uint32_t rows;           // places from here on hold nothing
  const std::uint8_t* owners;   // two bytes a row: owner_offset plus that is the contact's place in the shard, of selected rows
  std::int32_t owner_offset;
  const RowMask* selected;      // nullptr: all rows below `rows`

  std::uint32_t first_row() const { return chunk * Chunk::kRows; }
  const Chunk& times() const { return *table.columns().times.chunks().find(chunk); }
  // Calls take(row, owner's place in the shard) for each event.
  template <typename Take>
  void for_each(Take take) const {
    if (selected != nullptr) for_each_of(*selected, take);
    else for_each_before(rows, take);
  }
  // The same for some of the selected rows.
  template <typename Take>
  void for_each_of(const RowMask& some, Take take) const {
    const std::uint8_t* const from = owners;  // what is taken may be written to bytes, which the compiler thinks may be this block
    const std::int32_t offset = owner_offset;
    for_each_bit(some, [&](std::uint32_t row) {
      std::uint16_t code;
      std::memcpy(&code, from + std::size_t{row} * sizeof code, sizeof code);
      take(row, static_cast<std::uint32_t>(offset + code));
    });
  }
  // Calls take(row, owner's place in the shard, instant) for each event.
  template <typename Take>
  void for_each_at(Take take) const {
    const Chunk& instants = times();
    const std::uint8_t* const codes = instants.codes();
    const auto base = static_cast<std::uint64_t>(instants.base());
    const auto of_width = [&](auto sample) {
      for_each([&take, codes, base](std::uint32_t row, std::uint32_t place) {
        decltype(sample) code;
        std::memcpy(&code, codes + std::size_t{row} * sizeof code, sizeof code);
        take(row, place, static_cast<std::int64_t>(base + code));
      });
    };
    if (instants.width() == 4) of_width(std::uint32_t{});
    else if (instants.width() == 8) of_width(std::uint64_t{});
    else for_each([&](std::uint32_t row, std::uint32_t place) { take(row, place, instants.bits(row)); });
  }

 private:
  template <typename Take>
  void for_each_before(std::uint32_t end, Take take) const {
    const std::uint8_t* const from = owners;
    const std::int32_t offset = owner_offset;
    const auto place = [offset](std::uint64_t code) { return static_cast<std::uint32_t>(offset + static_cast<std::int32_t>(code & 0xFFFF)); };
    std::uint32_t row = 0;
    for (; row + 4 <= end; row += 4) {
      std::uint64_t four;  // read at once
      std::memcpy(&four, from + std::size_t{row} * 2, sizeof four);
      take(row, place(four));
      take(row + 1, place(four >> 16));
      take(row + 2, place(four >> 32));
      take(row + 3, place(four >> 48));
    }
    for (; row < end; ++row) {
      std::uint16_t code;
      std::memcpy(&code, from + std::size_t{row} * sizeof code, sizeof code);
      take(row, place(code));
    }
  }
};

class EventScan {
 public:
  // Events outside `only`, a range of instants, are left out: for those who know that they do not matter. Not of a window that rolls by
  // months, which has doubtful instants.
  EventScan(const TypedSource& source, const Window& window, const Environment& environment, BitsRange only = kAlways);
  EventScan(const EventScan&) = delete;
  EventScan& operator=(const EventScan&) = delete;

  // Shape: visit(block), by event name and then by chunk; only blocks that have an event.
  // Cost: the chunks that may hold an event of the shard in the window; while one is read the next are fetched.
  template <typename Visit>
  void for_each_block(Shard& shard, Visit visit) const { for_each_block_within(sure_, shard, visit); }
  // The same for the events of a range of instants; where all_are_sure() only.
  template <typename Visit>
  void for_each_block_in(const BitsRange& instants, Shard& shard, Visit visit) const {
    for_each_block_within({std::max(sure_.least, instants.least), std::min(sure_.most, instants.most)}, shard, visit);
  }
  // Whether no instant of the window is doubtful, as those of one that rolls by months are.
  bool all_are_sure() const { return doubtful_.empty(); }
  // From the first to the last instant that an event may have; empty where there is none. Events of the future are left out.
  BitsRange reach() const;
  static constexpr BitsRange kAlways{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};

 private:
  struct Table {
    EventTypeId type;
    const EventTable* events;
    std::optional<RowFilter> filter;
    FilteredTable filtered;
    std::vector<std::uint32_t> chunks;  // that may hold an event of the window, by shard and then by number
    std::vector<std::uint32_t> starts;  // of each shard's in `chunks`, and the end

    std::span<const std::uint32_t> of_shard(std::uint32_t shard) const {
      if (shard + std::size_t{1} >= starts.size()) return {};
      return std::span(chunks).subspan(starts[shard], starts[shard + 1] - starts[shard]);
    }
  };
  template <typename Visit>
  void for_each_block_within(const BitsRange& sure, Shard& shard, Visit visit) const {
    for (const Table& table : tables_) {
      const std::span<const std::uint32_t> chunks = table.of_shard(shard.number());
      for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (i + 2 < chunks.size()) fetch_headers(table, chunks[i + 2]);
        if (i + 1 < chunks.size() && touches(table, chunks[i + 1], sure)) fetch_codes(table, chunks[i + 1]);
        if (!touches(table, chunks[i], sure)) continue;
        RowMask selected;
        if (const auto block = select(table, chunks[i], sure, shard, selected)) visit(*block);
      }
    }
  }
  void add_table(EventTypeId type);
  bool touches(const Table& table, std::uint32_t chunk, const BitsRange& sure) const;
  void list_chunks(Table& table) const;
  bool is_doubtful(const EventTable::ChunkBounds& bounds) const;
  void fetch_headers(const Table& table, std::uint32_t chunk) const;
  void fetch_codes(const Table& table, std::uint32_t chunk) const;
  std::optional<EventBlock> select(const Table& table, std::uint32_t chunk, const BitsRange& sure, Shard& shard, RowMask& selected) const;
  void restrict_to_window(const Chunk& times, const BitsRange& sure, const Kernels& kernels, RowMask& selected) const;
  void ask(EventTypeId type, const TypedExpression& node, std::uint32_t chunk, RowMask& rows) const;

  const TypedSource& source_;
  const Environment environment_;
  WindowAt window_;
  BitsRange sure_{};
  std::vector<BitsRange> doubtful_;
  std::deque<Table> tables_;  // never moves: filters refer to it
};

}  // namespace wanamaker
