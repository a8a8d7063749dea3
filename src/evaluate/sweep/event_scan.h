#pragma once
// The events of a source as a sweep meets them: chunk by chunk of one shard, those that lie in the window, are not of the future and
// pass the filter. Chunks whose times lie outside the window are not touched.
// Immutable; thread-safe. Environment and source must outlive it.

#include "calendar/window.h"
#include "evaluate/sweep/event_block.h"
#include "evaluate/sweep/row_filter.h"
#include "evaluate/sweep/shard.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>

namespace wanamaker {

class EventScan {
 public:
  // Events outside `only`, a range of instants, are left out: for those who know that they do not matter. Not of a window that rolls by
  // months, which has doubtful instants.
  EventScan(const TypedSource& source, const Window& window, const Environment& environment, BitsRange only = kAlways);
  EventScan(const EventScan&) = delete;
  EventScan& operator=(const EventScan&) = delete;

  // Shape: visit(block), by event name and then by chunk; only blocks that have an event.
  // Cost: the chunks that may hold an event of the shard in the window; while one is read the next are fetched, and of one with few events left
  // what `reads` says of these.
  using Reads = EventBlock::Reads;
  template <typename Visit>
  void for_each_block(Shard& shard, Visit visit, Reads reads = Reads::owners) const { for_each_block_within(sure_, shard, visit, reads); }
  // The same for the events of a range of instants. Where the window rolls by months, events outside the range may come too.
  template <typename Visit>
  void for_each_block_in(const BitsRange& instants, Shard& shard, Visit visit, Reads reads = Reads::owners) const {
    for_each_block_within({std::max(sure_.least, instants.least), std::min(sure_.most, instants.most)}, shard, visit, reads);
  }
  // Blocks from the last instant to the first, or the other way round. Shape: visit(block, beyond) returns whether to go on; no event of a
  // block still to come lies past `beyond`: after it where the last instants come first, before it where the first do.
  enum class From : std::uint8_t { first, last };
  template <typename Visit>
  void for_each_block_from(From end, Shard& shard, Visit visit) const {
    const std::int64_t none_beyond = end == From::last ? kAlways.least : kAlways.most;
    const std::vector<Ordered> chunks = ordered_from(end, shard);
    std::array<Selected, 2> turns;
    for (std::size_t i = 0; i <= chunks.size(); ++i) {
      Selected& here = turns[i % 2];
      if (i % kHeaders == 0) for (const Ordered& next : std::span(chunks).subspan(i).first(std::min(2 * kHeaders, chunks.size() - i))) fetch_headers(*next.table, next.chunk);
      if (i + 1 < chunks.size()) fetch_codes(*chunks[i + 1].table, chunks[i + 1].chunk);
      if (i < chunks.size()) select(*chunks[i].table, chunks[i].chunk, sure_, shard, here);
      if (i < chunks.size() && here.block) here.block->fetch_few(Reads::instants);
      Selected& before = turns[(i + 1) % 2];
      if (before.block && !visit(*before.block, i < chunks.size() ? chunks[i].bound : none_beyond)) return;
      before.block.reset();
    }
  }
  // Chunks to be read; the fewer rows a filter may leave, the less they count. For comparisons with other scans.
  std::size_t cost() const {
    std::size_t chunks = 0;
    for (const Table& table : tables_) chunks += table.chunks.size() * (table.filter ? 1 : kUnfiltered);
    return chunks;
  }
  // Of so many events without a filter.
  static std::size_t cost_of(std::size_t events) { return events / Chunk::kRows * kUnfiltered; }
  // Which part of the events passes the filter, by a sample of chunks, whatever the window; 1 where a filter costs more than reading columns. Cost: four chunks a name.
  double share_passing(const Kernels& kernels) const;
  std::size_t chunks() const {
    std::size_t chunks = 0;
    for (const Table& table : tables_) chunks += table.chunks.size();
    return chunks;
  }
  // Then the window has doubtful instants.
  bool rolls_by_months() const { return !doubtful_.empty(); }
  // From the first to the last instant that an event may have; empty where there is none. Events of the future are left out.
  BitsRange reach() const;
  static constexpr BitsRange kAlways{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};

 private:
  static constexpr std::size_t kUnfiltered = 8;
  static constexpr std::size_t kHeaders = 8;  // of so many chunks are asked for at once: each waits for the list of chunks first
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
  struct Ordered {
    std::int64_t bound;  // the chunk's last instant, or its first
    const Table* table;
    std::uint32_t chunk;
  };
  // A block and what it refers to. While one is read, what the next needs is on its way.
  struct Selected {
    std::optional<EventBlock> block;
    RowMask rows;
    std::array<std::uint16_t, Chunk::kRows> places;  // codes of owners that lie in another width
  };
  std::vector<Ordered> ordered_from(From end, const Shard& shard) const;
  template <typename Visit>
  void for_each_block_within(const BitsRange& sure, Shard& shard, Visit visit, Reads reads) const {
    std::array<Selected, 2> turns;
    for (const Table& table : tables_) {
      const std::span<const std::uint32_t> chunks = table.of_shard(shard.number());
      for (std::size_t i = 0; i <= chunks.size(); ++i) {
        Selected& here = turns[i % 2];
        if (i % kHeaders == 0) for (const std::uint32_t next : chunks.subspan(i).first(std::min(2 * kHeaders, chunks.size() - i))) fetch_headers(table, next);
        if (i + 1 < chunks.size() && touches(table, chunks[i + 1], sure)) fetch_codes(table, chunks[i + 1]);
        if (i < chunks.size() && touches(table, chunks[i], sure)) select(table, chunks[i], sure, shard, here);
        if (here.block) here.block->fetch_few(reads);
        Selected& before = turns[(i + 1) % 2];
        if (before.block) visit(*before.block);
        before.block.reset();
      }
    }
  }
  void add_table(EventTypeId type);
  bool touches(const Table& table, std::uint32_t chunk, const BitsRange& sure) const;
  void list_chunks(Table& table) const;
  bool is_doubtful(const EventTable::ChunkBounds& bounds) const;
  void fetch_headers(const Table& table, std::uint32_t chunk) const;
  void fetch_codes(const Table& table, std::uint32_t chunk) const;
  void select(const Table& table, std::uint32_t chunk, const BitsRange& sure, const Shard& shard, Selected& out) const;
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
